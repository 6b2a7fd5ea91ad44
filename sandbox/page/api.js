// The server's few addresses, and the socket that says what changed.

/** The server said no, in a sentence for people. */
export class Refused extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

async function answer(response) {
  let body = null;
  try {
    body = await response.json();
  } catch {
    body = null;
  }
  if (!response.ok || body === null || body.ok === false) {
    throw new Refused(body?.error ?? `The server answered ${response.status}. Please try again.`, response.status);
  }
  return body;
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new Refused("The server cannot be reached. Please try again when it is back.");
  }
  return answer(response);
}

const query = (values) => new URLSearchParams(
  Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ""));

const post = (path, body) => ask(path, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

export const fetchState = (user, reload) =>
  ask(`/sandbox/state?${query({ user, reload: reload ? "1" : null })}`);
export const fetchMessages = (user, channel) => ask(`/sandbox/messages?${query({ user, channel })}`);
export const fetchEmoji = () => ask("/sandbox/emoji");
export const send = (body) => post("/sandbox/send", body);
export const react = (body) => post("/sandbox/react", body);
export const press = (body) => post("/sandbox/press", body);
export const moveClock = (body) => post("/sandbox/clock", body);

/** Listens for changes as `user`, and again after the server was away; returns a way to stop. */
export function listen(user, { changed, connected }) {
  let stopped = false;
  let pause = 400;
  let socket = null;
  const open = () => {
    if (stopped) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}/sandbox/ws?${query({ user })}`);
    socket.onopen = () => {
      pause = 400;
      connected(true);
    };
    socket.onmessage = (event) => {
      try {
        changed(JSON.parse(event.data));
      } catch (error) {
        console.error(error);
      }
    };
    socket.onclose = () => {
      if (stopped) return;
      connected(false);
      setTimeout(open, pause);
      pause = Math.min(pause * 1.6, 4000);
    };
  };
  open();
  return () => {
    stopped = true;
    socket?.close();
  };
}
