// What is wrong with files: the words of `podium check`, and the place in the file.

import { h } from "vue";

export default {
  props: { files: Array, links: Boolean },
  methods: {
    line({ number, before, at, after }) {
      return h("span", { key: number, class: ["line", { wrong: at }] }, [
        h("span", { class: "number" }, String(number)),
        h("span", { class: "code" }, [before, at ? h("mark", at) : null, after, "\n"]),
      ]);
    },
    problem({ told, level, lines }, n) {
      const place = lines.length
        ? h("pre", { class: "excerpt", tabindex: 0, "aria-label": "The place in the file" }, lines.map(this.line))
        : null;
      return h("li", { key: n, class: { severe: level === "error" } }, [h("p", { class: "told" }, told), place]);
    },
    file({ file, path, broken, problems }) {
      const name = path && this.links ? h("a", { href: path, "data-go": "" }, file) : file;
      const says = broken ? "cannot be used" : "has a warning";
      // In a list of files one problem each; all of them stand on the file's own page.
      const shown = path && this.links ? problems.slice(0, 1) : problems;
      const left = problems.length - shown.length;
      return h("section", { key: file, class: ["faults", { broken }] }, [
        h("h2", [name, h("span", { class: "muted" }, ` ${says}`)]),
        h("ul", shown.map(this.problem)),
        left ? h("p", { class: "rest" }, h("a", { href: path, "data-go": "" }, `See ${left} more`)) : null,
      ]);
    },
  },
  render() {
    return h("div", { class: "problems" }, this.files.map(this.file));
  },
};
