// What specialists are writing just now: the last lines of each, in a frame that does not grow.

import { h } from "vue";

export default {
  props: { words: Array },
  render() {
    return h(
      "div",
      { class: "streams", "aria-hidden": "true" },
      this.words.map(([label, text], n) =>
        h("div", { key: n, class: "stream" }, [h("p", { class: "label" }, label), h("div", { class: "tail" }, h("p", text))]),
      ),
    );
  },
};
