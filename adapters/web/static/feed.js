// The messages of a place: stays at the newest while its reader is there, else stays put. What the
// reader caused is always shown, and a question that is in sight is not scrolled out of it. A
// message that a link led to is shown and marked for a moment.

import { h } from "vue";

const NEAR_PX = 48;
const GAP_PX = 12;
const MARK_MS = 4000;

export default {
  props: { place: String, name: String, more: Boolean, later: Boolean, sought: String, marked: String },
  emits: ["earlier", "newest"],
  render() {
    const earlier = h(
      "button",
      { class: "earlier", type: "button", onClick: this.earlier },
      "Show earlier messages",
    );
    const newest = h(
      "button",
      { class: "newest primary", type: "button", onClick: () => this.$emit("newest") },
      "Go to the newest messages",
    );
    return h("div", { class: "feed", role: "log", "aria-label": this.name, tabindex: 0 }, [
      h("div", { class: "lines", ref: "lines" }, [
        this.more ? earlier : null,
        ...(this.$slots.default?.() ?? []),
      ]),
      this.later ? newest : null,
    ]);
  },
  mounted() {
    this.atEnd = true;
    this.held = null;
    this.awaited = "";
    this.awaitedMark = "";
    this.$el.addEventListener("scroll", () => (this.atEnd = this.below() < NEAR_PX), { passive: true });
    this.days();
    this.settle();
    if (this.marked) this.mark(this.marked);
    new MutationObserver((changes) => {
      this.days();
      if (this.held !== null) {
        this.$el.scrollTop = this.$el.scrollHeight - this.held;
        this.held = null;
      } else if (changes.some((change) => change.addedNodes.length) && !this.reveal() && this.atEnd && !this.later) this.settle();
    }).observe(this.$refs.lines, { childList: true });
    const sizes = new ResizeObserver(() => this.atEnd && !this.later && this.go(Infinity));
    sizes.observe(this.$refs.lines);
    sizes.observe(this.$el);
  },
  watch: {
    place() {
      this.atEnd = true;
      this.$el.scrollTop = 0;
    },
    sought(sought) {
      this.awaited = sought.slice(sought.indexOf(" ") + 1);
      this.$nextTick(this.reveal);
    },
    marked(marked) {
      this.mark(marked);
    },
  },
  methods: {
    earlier() {
      this.held = this.$el.scrollHeight - this.$el.scrollTop;
      this.$emit("earlier");
    },
    mark(marked) {
      this.awaited = this.awaitedMark = marked.slice(marked.indexOf(" ") + 1);
      this.$nextTick(this.reveal);
    },
    // A day's first message says which day it is. Messages are elements of their own, which keep
    // what they do not know of.
    days() {
      let before = "";
      for (const message of this.$refs.lines.querySelectorAll(":scope > .message")) {
        const at = new Date(message.querySelector("header time").dateTime);
        const year = at.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
        const day = at.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", year });
        if (day === before || (!before && at.toDateString() === new Date().toDateString())) delete message.dataset.day;
        else message.dataset.day = day;
        before = day;
      }
    },
    // Show what the reader caused, once it is here.
    reveal() {
      const line = this.awaited && this.$refs.lines.querySelector(`[data-line="${CSS.escape(this.awaited)}"]`);
      if (!line) return false;
      this.awaited = "";
      if (line.dataset.line === this.awaitedMark) {
        this.awaitedMark = "";
        line.dataset.marked = "";
        setTimeout(() => delete line.dataset.marked, MARK_MS);
      }
      const top = this.top(line);
      const seen = top >= this.$el.scrollTop && top + line.offsetHeight <= this.$el.scrollTop + this.$el.clientHeight;
      if (line === this.$refs.lines.lastElementChild) this.$el.scrollTop = this.fits(line) ? this.$el.scrollHeight : top;
      else if (!seen) this.$el.scrollTop = top;
      this.atEnd = this.below() < NEAR_PX;
      return true;
    },
    // A last message that does not fit is read from its first line, so it is not scrolled past.
    settle() {
      const last = this.$refs.lines.lastElementChild;
      this.go(last && !this.fits(last) ? this.top(last) : Infinity);
    },
    go(top) {
      const asked = [...this.$refs.lines.querySelectorAll(".message:has(.waits)")].map(this.top);
      const inSight = asked.filter((top) => top + GAP_PX >= this.$el.scrollTop);
      this.$el.scrollTop = Math.min(top, this.$el.scrollHeight, ...inSight);
      this.atEnd = this.below() < NEAR_PX;
    },
    fits(line) {
      return line.offsetHeight <= this.$el.clientHeight * 0.9;
    },
    // Where to scroll to see a message from its first line.
    top(line) {
      return line.getBoundingClientRect().top - this.$el.getBoundingClientRect().top + this.$el.scrollTop - GAP_PX;
    },
    below() {
      return this.$el.scrollHeight - this.$el.scrollTop - this.$el.clientHeight;
    },
  },
};
