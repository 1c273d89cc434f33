// All that the file of a playbook says, for people.

import { h } from "vue";

export default {
  props: { shown: Object },
  methods: {
    part(title, ...content) {
      return h("section", { key: title, class: "part" }, [h("h2", title), ...content]);
    },
    step({ key, name, kind, hue, told, gist, texts, rubric }) {
      const style = hue ? { "--who": `var(--who-${hue})` } : {};
      const said = texts.map(([label, text, code]) => [h("dt", label), h("dd", { class: { code } }, text)]);
      const lines = rubric.length
        ? [h("dt", "By these lines"), h("dd", h("ol", rubric.map((line) => h("li", line))))]
        : [];
      const summary = h("summary", [h("strong", name), h("span", { class: "muted" }, told), h("span", { class: "gist" }, gist)]);
      return h("li", { key, class: ["step", kind], style }, h("details", [summary, h("dl", [said, lines])]));
    },
    input({ name, type, about, required, default: usual, sample }) {
      const needed = required ? "" : usual ? `else ${usual}` : "optional";
      return h("li", { key: name }, [
        h("p", [h("strong", name), h("span", { class: "muted" }, [type, needed].filter(Boolean).join(" · "))]),
        about ? h("p", about) : null,
        sample ? h("p", { class: "sample" }, [h("span", { class: "muted" }, "In the sample: "), sample]) : null,
      ]);
    },
    specialist({ name, hue, about, facts, instructions }) {
      return h("li", { key: name, class: "step", style: { "--who": `var(--who-${hue})` } }, [
        h("details", [
          h("summary", [h("strong", name), h("span", { class: "muted" }, facts.join(" · "))]),
          h("div", { class: "prose", innerHTML: instructions }),
        ]),
        about ? h("p", about) : null,
      ]);
    },
  },
  render() {
    const { needs, inputs, reads, steps, delivery, specialists, source } = this.shown;
    const list = (lines) => h("ul", { class: "plain" }, lines.map((line) => h("li", line)));
    const inputsPart = inputs.length
      ? h("ul", { class: "inputs" }, inputs.map(this.input))
      : h("p", { class: "muted" }, "It asks for nothing.");
    return h("div", { class: "whole" }, [
      h("div", { class: "half" }, [
        this.part("Steps", h("ol", { class: "steps" }, steps.map(this.step))),
        this.part("Delivery", ...delivery.map((sentence) => h("p", sentence))),
        this.part("Specialists", h("ul", { class: "steps" }, specialists.map(this.specialist))),
      ]),
      h("div", { class: "half" }, [
        this.part("What it asks for", inputsPart),
        needs.length ? this.part("A good brief says", list(needs)) : null,
        reads.length ? this.part("It also reads", list(reads)) : null,
        this.$slots.default?.(),
      ]),
      source
        ? h("details", { class: "source" }, [
            h("summary", "The file"),
            h("pre", { tabindex: 0, "aria-label": "The file" }, source),
          ])
        : null,
    ]);
  },
};
