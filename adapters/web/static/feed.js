// The messages of a place: stays at the newest while its reader is there, else stays put. What the
// reader caused is always shown, and a question that is in sight is not scrolled out of it.

import { h } from "vue";

const NEAR_PX = 48;
const GAP_PX = 12;

export default {
  props: { place: String, name: String, more: Boolean, sought: String },
  emits: ["earlier"],
  render() {
    const earlier = h(
      "button",
      { class: "earlier", type: "button", onClick: this.earlier },
      "Show earlier messages",
    );
    return h("div", { class: "feed", role: "log", "aria-label": this.name, tabindex: 0 }, [
      h("div", { class: "lines", ref: "lines" }, [
        this.more ? earlier : null,
        ...(this.$slots.default?.() ?? []),
      ]),
    ]);
  },
  mounted() {
    this.atEnd = true;
    this.held = null;
    this.awaited = "";
    this.$el.addEventListener("scroll", () => (this.atEnd = this.below() < NEAR_PX), { passive: true });
    this.settle();
    new MutationObserver((changes) => {
      if (this.held !== null) {
        this.$el.scrollTop = this.$el.scrollHeight - this.held;
        this.held = null;
      } else if (changes.some((change) => change.addedNodes.length) && !this.reveal() && this.atEnd) this.settle();
    }).observe(this.$refs.lines, { childList: true });
    const sizes = new ResizeObserver(() => this.atEnd && this.go(Infinity));
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
  },
  methods: {
    earlier() {
      this.held = this.$el.scrollHeight - this.$el.scrollTop;
      this.$emit("earlier");
    },
    // Show what the reader caused, once it is here.
    reveal() {
      const line = this.awaited && this.$refs.lines.querySelector(`[data-line="${CSS.escape(this.awaited)}"]`);
      if (!line) return false;
      this.awaited = "";
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
