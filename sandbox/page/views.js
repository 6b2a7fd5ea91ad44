// Forms, Home and shortcuts of the page: asks the server for them and shows them.

import * as api from "./api.js";
import { el, toast } from "./dom.js";
import { FormDialog, HomePane } from "./forms.js";

const TABS = [["home", "Home"], ["messages", "Messages"]];

/** `context` is the page's; `shown(tab)` hears which tab of the app is to be seen. */
export class Views {
  constructor(context, { tabs, home, shown }) {
    Object.assign(this, { context, tabs, home, shown, tab: "messages" });
    this.dialog = new FormDialog(context);
    this.pane = new HomePane(home, context);
    context.refreshViews = () => this.refresh();
  }

  /** Asks what is open for the person and shows it. */
  async refresh() {
    const user = this.context.me;
    if (!user) return;
    const { form, depth, home } = await api.fetchViews(user);
    if (user !== this.context.me) return;
    this.pane.show(home);
    this.dialog.show(form, depth);
  }

  /** Draws the tabs where `inApp`, the conversation with the app, is shown; elsewhere there are none. */
  draw(inApp) {
    const tab = inApp ? this.tab : "messages";
    this.tabs.hidden = !inApp;
    if (inApp && !this.tabs.childElementCount) {
      this.tabs.append(...TABS.map(([name, label]) => el("button", {
        type: "button", role: "tab", id: `tab-${name}`, "data-testid": `tab-${name}`, "data-tab": name,
        onclick: () => this.open(name), onkeydown: (event) => this.key(event, name),
      }, label)));
    }
    for (const button of this.tabs.children) {
      const here = button.dataset.tab === tab;
      button.setAttribute("aria-selected", String(here));
      button.tabIndex = here ? 0 : -1;
    }
    this.home.hidden = tab !== "home";
    this.shown(tab);
  }

  key(event, name) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const other = TABS.find(([one]) => one !== name)[0];
    this.open(other);
    this.tabs.querySelector(`[data-tab="${other}"]`).focus();
  }

  /** Goes to a tab and tells the app, as Slack does. */
  async open(tab) {
    this.tab = tab;
    this.draw(true);
    try {
      await api.openHome({ user: this.context.me, tab });
      await this.refresh();
    } catch (error) {
      toast(error.message);
    }
  }
}
