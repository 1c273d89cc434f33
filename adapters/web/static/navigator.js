// Addresses, the phone's menu, and times in the reader's own zone.

const PATIENCE_MS = 1000;

function clock(at) {
  const now = new Date();
  const time = at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  if (at.toDateString() === now.toDateString()) return time;
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return `${at.toLocaleDateString([], { day: "numeric", month: "short", year })}, ${time}`;
}

function elapsed(since) {
  const seconds = Math.max(0, Math.floor((Date.now() - since) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86400)} d`;
}

function tell(time) {
  if (time.dataset.since) {
    time.textContent = elapsed(new Date(time.dataset.since));
    return;
  }
  const at = new Date(time.dateTime);
  if (isNaN(at)) return;
  time.textContent = clock(at);
  time.title = at.toLocaleString([], { dateStyle: "full", timeStyle: "medium" });
}

export default {
  props: { path: String, title: String },
  emits: ["go"],
  render: () => null,
  mounted() {
    history.replaceState(null, "", this.path);
    document.title = this.title;
    addEventListener("popstate", () => this.$emit("go", location.pathname + location.search));
    addEventListener("click", this.follow);
    addEventListener("keydown", this.escape);
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
      this.$emit("go", link.pathname + link.search);
    },
    escape(event) {
      if (event.key === "Escape") document.body.classList.remove("menu-open");
    },
  },
};
