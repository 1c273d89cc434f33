// What has buttons: one is pressed at a time, told under an id of its own, until it is dealt with.

import { delivery } from "delivery";
import { h } from "vue";

export const pressing = {
  props: { answered: String, note: String },
  emits: ["press"],
  data: () => ({ pressed: null, asked: "" }),
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
    // What ends a run is asked for twice.
    ask(action) {
      this.asked = action;
      this.$nextTick(() => this.$el.querySelector(".sure .no").focus());
    },
    give(action) {
      if (!this.busy) this.asked = "";
      this.press(action);
    },
    unask() {
      const action = this.asked;
      this.asked = "";
      this.$nextTick(() => this.$el.querySelector(`[data-action="${CSS.escape(action)}"]`)?.focus());
    },
    // The words stand where the button was, so that a double click ends nothing.
    sure(action) {
      const escape = (event) => event.key === "Escape" && (event.stopPropagation(), this.unask());
      return h("div", { key: action, class: "sure", role: "group", "aria-label": "Cancel this run?", onKeydown: escape }, [
        h("span", "Cancel this run?"),
        h("button", { type: "button", class: "danger", onClick: () => this.give(action) }, "Yes, cancel it"),
        h("button", { type: "button", class: "no", onClick: this.unask }, "No"),
      ]);
    },
    // What is said of a press stands here.
    told() {
      return h("div", { class: "note", role: "status", innerHTML: this.note ?? "" });
    },
  },
};
