// One open gate: what it asks, what it blocks, since when, and its buttons.

import { pressing } from "press";
import { h } from "vue";

export default {
  mixins: [pressing],
  props: { need: Object, whole: Array, over: Boolean },
  emits: ["whole", "close"],
  inject: ["chosen"],
  data: () => ({ open: false, clipped: [] }),
  computed: {
    opening() {
      return this.open && Boolean(this.need.whole) && !this.whole.length;
    },
  },
  mounted() {
    this.sized = new ResizeObserver(this.measure);
    this.sized.observe(this.$el);
    this.measure();
  },
  updated() {
    this.measure();
  },
  unmounted() {
    this.sized.disconnect();
  },
  methods: {
    show() {
      this.open = !this.open;
      if (this.opening) this.$emit("whole");
      if (!this.open) this.$nextTick(() => this.$el.scrollIntoView({ block: "nearest" }));
    },
    button({ label, action, style }) {
      const key = { [this.need.more]: "r", [this.need.yes]: "a" }[action];
      return h("button", { ...this.gives(action), key: action, class: style, "data-key": key }, label);
    },
    // What does not fit into the few lines it is given is told to fade out, and can be opened.
    measure() {
      if (this.open) return;
      const blocks = [...this.$el.querySelectorAll(".block")];
      const clipped = blocks.map((block) => {
        const text = block.querySelector(".prose");
        return Boolean(text) && text.scrollHeight > text.clientHeight + 2;
      });
      if (String(clipped) !== String(this.clipped)) this.clipped = clipped;
    },
    block(html, n) {
      const news = this.need.news && n === 0;
      return h("div", { key: n, class: ["block", { news, clip: !this.open, faded: !this.open && this.clipped[n] }], innerHTML: html });
    },
    about() {
      const { kind, since, requester, held } = this.need;
      const waits = h("span", { class: "since" }, ["waiting ", h("time", { key: since, "data-since": since, "data-calm": "" })]);
      return h("p", { class: "about" }, [
        h("span", { class: "kind" }, kind),
        waits,
        h("span", `for ${requester}`),
        held ? h("span", { class: "held" }, `blocks ${held}`) : null,
      ]);
    },
    head(heading) {
      const { need } = this;
      const buttons = this.over
        ? [h("button", { key: "over", type: "button", onClick: () => this.$emit("close") }, "Take it off the list")]
        : need.buttons.map(this.button);
      return h("header", [
        h("div", { class: "what" }, [
          h("h3", { id: heading }, h("a", { href: need.path, "data-go": "" }, need.title)),
          this.about(),
        ]),
        buttons.length ? h("div", { class: "buttons" }, buttons) : null,
      ]);
    },
    said() {
      const { blocks, options } = this.need;
      const all = this.open && this.whole.length ? this.whole : null;
      const choice = ({ html, button }, n) => h("li", { key: n }, [this.block(all?.[n] ?? html, n + blocks.length), this.button(button)]);
      return [
        ...((!options.length && all) || blocks).map(this.block),
        options.length ? h("ol", { class: "choices" }, options.map(choice)) : null,
      ];
    },
    foot() {
      const { cost, thread, whole } = this.need;
      const toggle = h(
        "button",
        {
          type: "button",
          class: "quiet toggle",
          "aria-expanded": String(this.open),
          "aria-busy": this.opening || undefined,
          onClick: this.show,
        },
        this.open ? "Show less" : whole || "Show all of it",
      );
      return h("footer", [
        whole || this.open || this.clipped.includes(true) ? toggle : null,
        thread ? h("a", { class: "quiet", href: thread, "data-go": "" }, "Open thread") : null,
        h("span", { class: "cost" }, cost),
      ]);
    },
  },
  render() {
    const { need } = this;
    const heading = `need ${need.id}`.replaceAll(" ", "-");
    const chosen = this.chosen === need.id;
    return h(
      "article",
      {
        class: ["need", need.tone, { chosen, open: this.open, over: this.over }],
        "data-need": need.id,
        "aria-labelledby": heading,
        "aria-current": chosen || undefined,
        tabindex: -1,
      },
      [
        this.head(heading),
        this.told(),
        ...(this.over ? [] : [...this.said(), this.foot()]),
      ],
    );
  },
};
