// The clock bar: plan time, and the buttons that move it.

import { announce, toast } from "./dom.js";
import { city, fullMoment } from "./dates.js";
import * as api from "./api.js";

const SPEEDS = [[1, "real time"], [60, "1 min/s"], [600, "10 min/s"], [3600, "1 hour/s"], [21600, "6 hours/s"]];
const AT_FIRST = 600;

/** Holds the clock as the server last told it, and its place on the page. */
export class Clock {
  constructor() {
    this.state = null;
    this.received = 0;
    this.place = document.getElementById("clock-now");
    this.buttons = document.getElementById("clock-buttons");
    this.play = this.buttons.querySelector('[data-action="play"]');
    this.speed = document.getElementById("clock-speed");
    this.speed.append(...SPEEDS.map(([value, label]) => new Option(label, value)));
    this.speed.value = AT_FIRST;
    this.buttons.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.press(button);
    });
    this.speed.addEventListener("change", () => {
      if (this.state?.playing) this.move({ action: "play", speed: Number(this.speed.value) });
    });
    setInterval(() => this.draw(), 250);
  }

  get zone() {
    return this.state?.zone ?? "UTC";
  }

  /** Plan time now: between two words of the server it runs on at the speed told. */
  now() {
    if (!this.state) return new Date(0);
    const passed = this.state.playing ? (performance.now() - this.received) * (this.state.speed || 1) : 0;
    return new Date(Date.parse(this.state.now) + passed);
  }

  set(state) {
    this.state = state;
    this.received = performance.now();
    this.play.textContent = state.playing ? "Pause" : "Play";
    this.play.dataset.action = state.playing ? "pause" : "play";
    this.buttons.hidden = state.can_move === false;
    if (state.playing && document.activeElement !== this.speed) this.showSpeed(state.speed);
    this.draw();
  }

  showSpeed(speed) {
    if (![...this.speed.options].some((option) => Number(option.value) === speed)) {
      this.speed.append(new Option(`${speed} s/s`, speed));
    }
    this.speed.value = speed;
  }

  draw() {
    if (!this.state) return;
    const now = this.now();
    const words = `${fullMoment(now, this.zone)} ${this.state.city ?? city(this.zone)}`;
    if (this.place.textContent === words) return;
    this.place.textContent = words;
    this.place.dateTime = now.toISOString();
  }

  press(button) {
    const { action } = button.dataset;
    const speed = action === "play" ? { speed: Number(this.speed.value) } : {};
    return this.move({ action, ...speed }, button);
  }

  async move(body, button = this.play) {
    if (this.moving) return;
    this.moving = true;
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await api.moveClock(body);
      this.set(answer.clock ?? answer);
      announce(this.place.textContent);
    } catch (error) {
      toast(error.message);
    } finally {
      this.moving = false;
      button.removeAttribute("aria-busy");
    }
  }
}
