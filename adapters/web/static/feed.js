// The messages of a place: stays at the newest while its reader is there, else stays put.

import { h } from "vue";

const NEAR_PX = 48;

export default {
  props: { place: String, name: String, more: Boolean },
  emits: ["earlier"],
  render() {
    const earlier = h(
      "button",
      { class: "earlier", type: "button", onClick: () => this.$emit("earlier") },
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
    this.tall = null;
    this.$el.addEventListener("scroll", () => (this.atEnd = this.below() < NEAR_PX), { passive: true });
    this.toEnd();
    new MutationObserver((changes) => {
      const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.offsetHeight);
      const last = added.at(-1);
      if (!last || !this.atEnd || last !== this.$refs.lines.lastElementChild) return;
      // A message taller than the feed is read from its first line, so it is not scrolled past.
      if (added.length === 1 && last.offsetHeight > this.$el.clientHeight * 0.9)
        this.$el.scrollTop = last.offsetTop - this.$refs.lines.offsetTop - 8;
      else this.toEnd();
    }).observe(this.$refs.lines, { childList: true });
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.$refs.lines);
  },
  watch: {
    place() {
      this.atEnd = true;
    },
  },
  methods: {
    below() {
      return this.$el.scrollHeight - this.$el.scrollTop - this.$el.clientHeight;
    },
    toEnd() {
      this.$el.scrollTop = this.$el.scrollHeight;
    },
  },
};
