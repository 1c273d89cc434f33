// A schedule: when it starts, how it stands, what it costs, its buttons, and what they give.

import { pressing } from "press";
import { h } from "vue";

const link = (text, path) => (path ? h("a", { href: path, "data-go": "" }, text) : text);

function fact({ label, text, path, share }) {
  const meter = share === null ? null : h("meter", { value: share, max: 1, "aria-label": `${label}: ${text}` });
  return h("div", { key: label }, [h("dt", label), h("dd", [link(text, path), meter])]);
}

function last({ state, tone, why, at, path }) {
  return h("p", { class: "last" }, [
    `Last ${at}: `,
    h("span", { class: ["came", tone] }, link(state, path)),
    why ? `. ${why}` : null,
  ]);
}

export default {
  mixins: [pressing],
  props: { shown: Object },
  methods: {
    button({ label, action, style }) {
      return h("button", { ...this.gives(action), key: action, class: style, "aria-label": `${label}: ${this.shown.title}` }, label);
    },
  },
  render() {
    const { shown } = this;
    const heading = `schedule-${shown.id}`;
    const about = {
      class: "schedule",
      "data-schedule": shown.id,
      "aria-labelledby": heading,
      style: { "--who": `var(--who-${shown.hue})` },
    };
    return h("article", about, [
      h("div", { class: "what" }, [
        h("h3", { id: heading }, link(shown.title, shown.path)),
        h("p", { class: "rule" }, shown.rule),
        h("p", { class: ["state", shown.tone] }, [h("strong", shown.state), shown.next ? `, next ${shown.next}` : ""]),
        shown.why ? h("p", { class: "why" }, shown.why) : null,
        shown.last ? last(shown.last) : null,
      ]),
      h("dl", { class: "facts" }, shown.facts.map(fact)),
      h("div", { class: "buttons" }, shown.buttons.map(this.button)),
      this.told(),
      h("div", { class: "answers", "aria-live": "polite" }, this.$slots.default?.()),
    ]);
  },
};
