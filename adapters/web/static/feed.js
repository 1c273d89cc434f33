// The messages of a place: stays at the newest while its reader is there, else stays put.

import { h } from "vue";

const NEAR_PX = 48;
const GAP_PX = 12;

export default {
  props: { place: String, name: String, more: Boolean },
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
    this.$el.addEventListener("scroll", () => (this.atEnd = this.below() < NEAR_PX), { passive: true });
    this.settle();
    new MutationObserver((changes) => {
      if (this.held !== null) {
        this.$el.scrollTop = this.$el.scrollHeight - this.held;
        this.held = null;
      } else if (this.atEnd && changes.some((change) => change.addedNodes.length)) this.settle();
    }).observe(this.$refs.lines, { childList: true });
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.$refs.lines);
  },
  watch: {
    place() {
      this.atEnd = true;
    },
  },
  methods: {
    earlier() {
      this.held = this.$el.scrollHeight - this.$el.scrollTop;
      this.$emit("earlier");
    },
    // A last message that does not fit is read from its first line, so it is not scrolled past.
    settle() {
      const last = this.$refs.lines.lastElementChild;
      if (last?.offsetHeight > this.$el.clientHeight * 0.9)
        this.$el.scrollTop += last.getBoundingClientRect().top - this.$el.getBoundingClientRect().top - GAP_PX;
      else this.toEnd();
      this.atEnd = this.below() < NEAR_PX;
    },
    below() {
      return this.$el.scrollHeight - this.$el.scrollTop - this.$el.clientHeight;
    },
    toEnd() {
      this.$el.scrollTop = this.$el.scrollHeight;
    },
  },
};
