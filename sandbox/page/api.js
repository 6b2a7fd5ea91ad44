// The server's few addresses, and the socket that says what changed.

/** The server said no, in a sentence for people. */
export class Refused extends Error {
  constructor(message, status = 0, errors = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
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
    const beside = body?.errors ?? {};
    const said = body?.error ?? (Object.keys(beside).length ? "" : `The server answered ${response.status}. Please try again.`);
    throw new Refused(said, response.status, beside);
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
export const fetchViews = (user) => ask(`/sandbox/views?${query({ user })}`);
export const pressInView = (body) => post("/sandbox/view/press", body);
export const submitView = (body) => post("/sandbox/view/submit", body);
export const closeView = (body) => post("/sandbox/view/close", body);
export const openHome = (body) => post("/sandbox/home", body);
export const chooseShortcut = (body) => post("/sandbox/shortcut", body);
export const deleteFile = (body) => post("/sandbox/file/delete", body);
export const uploadFile = (user, file) =>
  ask(`/sandbox/upload?${query({ user, name: file.name })}`, { method: "POST", body: file });
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
