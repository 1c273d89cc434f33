// One open gate: what it asks, what it blocks, since when, and its buttons.

import { delivery } from "delivery";
import { h } from "vue";

export default {
  props: { need: Object, whole: Array, note: String, answered: String, over: Boolean },
  emits: ["press", "whole", "close"],
  inject: ["chosen"],
  data: () => ({ pressed: null, open: false }),
  computed: {
    busy() {
      return this.pressed !== null && this.pressed.delivery !== this.answered;
    },
    opening() {
      return this.open && !this.whole.length;
    },
  },
  watch: {
    note(note) {
      if (note) this.$nextTick(() => this.$el.querySelector(".note").scrollIntoView({ block: "nearest" }));
    },
  },
  methods: {
    press(action) {
      if (this.busy) return;
      this.pressed = { what: action, delivery: delivery() };
      this.$emit("press", this.pressed);
    },
    show() {
      this.open = !this.open;
      if (this.opening) this.$emit("whole");
    },
    button({ label, action, style }) {
      const waits = this.busy && this.pressed.what === action;
      const key = { [this.need.more]: "r", [this.need.yes]: "a" }[action];
      return h(
        "button",
        {
          key: action,
          type: "button",
          class: style,
          "data-action": action,
          "data-key": key,
          "aria-disabled": this.busy || undefined,
          "aria-busy": waits || undefined,
          onClick: () => this.press(action),
        },
        label,
      );
    },
    about() {
      const { kind, since, requester, held } = this.need;
      const waits = h("span", { class: "since" }, ["waiting ", h("time", { key: since, "data-since": since })]);
      return h("p", { class: "about" }, [
        h("span", { class: "kind" }, kind),
        waits,
        h("span", `for ${requester}`),
        held ? h("span", { class: "held" }, `blocks ${held}`) : null,
      ]);
    },
    said() {
      const { blocks, options, whole } = this.need;
      const all = this.open && this.whole.length ? this.whole : null;
      const toggle = h(
        "button",
        {
          type: "button",
          class: "quiet toggle",
          "aria-expanded": String(this.open),
          "aria-busy": this.opening || undefined,
          onClick: this.show,
        },
        this.open ? "Show less" : whole,
      );
      const choice = ({ html, button }, n) =>
        h("li", { key: n }, [h("div", { class: "block", innerHTML: all?.[n] ?? html }), this.button(button)]);
      return [
        ...((!options.length && all) || blocks).map((html, n) => h("div", { key: n, class: "block", innerHTML: html })),
        options.length ? h("ol", { class: "choices" }, options.map(choice)) : null,
        whole ? toggle : null,
      ];
    },
    below() {
      const { buttons, cost, thread } = this.need;
      if (this.over) return h("div", { class: "buttons" }, [h("button", { type: "button", onClick: () => this.$emit("close") }, "Take it off the list")]);
      return h("div", { class: "below" }, [
        buttons.length ? h("div", { class: "buttons" }, buttons.map(this.button)) : null,
        h("p", { class: "cost" }, [cost, thread ? h("a", { href: thread, "data-go": "" }, "Open thread") : null]),
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
        class: ["need", need.tone, { chosen, over: this.over }],
        "data-need": need.id,
        "aria-labelledby": heading,
        "aria-current": chosen || undefined,
        tabindex: -1,
      },
      [
        h("h3", { id: heading }, h("a", { href: need.path, "data-go": "" }, need.title)),
        this.about(),
        ...(this.over ? [] : this.said()),
        h("div", { class: "note", role: "status", innerHTML: this.note ?? "" }),
        this.below(),
      ],
    );
  },
};
