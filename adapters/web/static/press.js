// What has buttons: one is pressed at a time, told under an id of its own, until it is dealt with.

import { delivery } from "delivery";
import { h } from "vue";

export const pressing = {
  props: { answered: String, note: String },
  emits: ["press"],
  data: () => ({ pressed: null }),
  computed: {
    busy() {
      return this.pressed !== null && this.pressed.delivery !== this.answered;
    },
  },
  watch: {
    note(note) {
      if (note) this.$nextTick(() => this.$el.querySelector(".note")?.scrollIntoView({ block: "nearest" }));
    },
  },
  methods: {
    press(action) {
      if (this.busy) return;
      this.pressed = { what: action, delivery: delivery() };
      this.$emit("press", this.pressed);
    },
    // What a button needs to give the action.
    gives(action) {
      return {
        type: "button",
        "data-action": action,
        "aria-disabled": this.busy || undefined,
        "aria-busy": (this.busy && this.pressed.what === action) || undefined,
        onClick: () => this.press(action),
      };
    },
    // What is said of a press stands here.
    told() {
      return h("div", { class: "note", role: "status", innerHTML: this.note ?? "" });
    },
  },
};
