// Addresses, the phone's menu, times in the reader's own zone, and the word when a session has ended.

import { ENDED } from "bring";
import { h } from "vue";

const PATIENCE_MS = 1000;
const THREAD = ".chat.with-thread:not(.away) .pane.thread";

function clock(at) {
  const now = new Date();
  const time = at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  if (at.toDateString() === now.toDateString()) return time;
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return `${at.toLocaleDateString([], { day: "numeric", month: "short", year })}, ${time}`;
}

// A time that people wait for is told by minutes: seconds that tick beside a text draw the eye.
function elapsed(since, calm) {
  const seconds = Math.max(0, Math.floor((Date.now() - since) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (calm && seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86400)} d`;
}

function tell(time) {
  if (time.dataset.since) {
    const told = elapsed(new Date(time.dataset.since), "calm" in time.dataset);
    if (time.textContent !== told) time.textContent = told;
    return;
  }
  const at = new Date(time.dateTime);
  if (isNaN(at)) return;
  time.textContent = clock(at);
  time.title = at.toLocaleString([], { dateStyle: "full", timeStyle: "medium" });
}

export default {
  props: { path: String, owner: String, title: String },
  emits: ["go", "zone"],
  data: () => ({ ended: false }),
  render() {
    const again = `/enter?next=${encodeURIComponent(location.pathname + location.search)}&again=1`;
    const props = { ref: "ended", class: "dialog ended", "aria-labelledby": "ended", onCancel: (event) => event.preventDefault() };
    return h("dialog", props, [
      h("header", h("h2", { id: "ended" }, "Your session has ended")),
      h("div", { class: "fields" }, h("p", "Enter again: what you typed is kept.")),
      h("footer", h("a", { class: "primary button", href: this.ended ? again : "/enter" }, "Enter again")),
    ]);
  },
  mounted() {
    history.replaceState(null, "", this.path);
    document.title = this.title;
    addEventListener("popstate", () => this.$emit("go", location.pathname + location.search));
    addEventListener("click", this.follow);
    addEventListener("keydown", this.escape);
    // A file that misses its place must not take the whole page's.
    for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
    addEventListener(ENDED, this.look);
    addEventListener("focus", () => this.ended && this.look());
    setTimeout(() => {
      this.$emit("zone", Intl.DateTimeFormat().resolvedOptions().timeZone);
      window.socket.on("connect_error", this.look);
      window.socket.on("disconnect", (why) => why === "io server disconnect" && this.look());
    });
    // NiceGUI asks for a reload, when it lost track of what a page shows, by a script that the
    // content policy refuses.
    addEventListener("securitypolicyviolation", (event) => {
      const asked = event.blockedURI === "eval" && event.sourceFile?.endsWith("/static/nicegui.js");
      if (asked) setTimeout(() => location.reload(), PATIENCE_MS);
    });
    const app = document.getElementById("app");
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes)
          if (node.nodeType === Node.ELEMENT_NODE) {
            if (node.matches("time")) tell(node);
            else node.querySelectorAll("time").forEach(tell);
          }
    }).observe(app, { childList: true, subtree: true });
    app.querySelectorAll("time").forEach(tell);
    setInterval(() => app.querySelectorAll("time[data-since]").forEach(tell), 1000);
  },
  watch: {
    path(path) {
      if (path !== location.pathname + location.search) history.pushState(null, "", path);
      document.body.classList.remove("menu-open");
      this.$nextTick(this.refocus);
    },
    title(title) {
      document.title = title;
    },
  },
  methods: {
    follow(event) {
      const menu = event.target.closest("[data-menu]");
      if (menu) document.body.classList.toggle("menu-open");
      else if (!event.target.closest(".side")) document.body.classList.remove("menu-open");
      const link = event.target.closest("a[data-go]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      document.body.classList.remove("menu-open");
      this.follows = link.matches(".thread-link");
      if (link.closest(THREAD)) this.left = document.querySelector(`${THREAD} .message`)?.dataset.line;
      this.$emit("go", link.pathname + link.search);
    },
    escape(event) {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (document.body.classList.contains("menu-open")) document.body.classList.remove("menu-open");
      else document.querySelector(`${THREAD} > header a.close`)?.click();
    },
    // Whoever opened a thread goes on in it, and whoever closed one where it was opened from.
    refocus() {
      const thread = document.querySelector(`${THREAD} > header h2`);
      if (this.follows && thread) {
        thread.tabIndex = -1;
        thread.focus();
      } else if (this.left && !thread) {
        const line = `.pane.channel [data-line="${CSS.escape(this.left)}"] .thread-link`;
        const back = document.querySelector(line) ?? document.querySelector(".pane.channel textarea");
        back?.focus({ preventScroll: true });
      }
      this.follows = this.left = null;
    },
    // Whether this member may still come in. What they typed waits in the browser till then.
    async look() {
      let member;
      try {
        member = (await (await fetch("/entered", { cache: "no-store" })).json()).member;
      } catch {
        return; // the server is away, and the page finds back by itself
      }
      if (member === this.owner) {
        if (this.ended) location.reload();
      } else if (!this.ended) {
        this.ended = true;
        this.$nextTick(() => this.$refs.ended.showModal());
      }
    },
  },
};
