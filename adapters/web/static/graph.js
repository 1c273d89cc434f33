// The graph of a playbook: its steps as a list that is laid out on a grid, lines drawn under it.
// From left to right where there is room, else from top to bottom.

import { h } from "vue";

const LARGE = { width: 184, height: 58, between: 40, beside: 14, least: 144 };
const TIGHT = { ...LARGE, between: 26, least: 112 };
const UPRIGHT = { ...LARGE, between: 26, beside: 10, least: 74 };
const SMALL = { width: 20, height: 12, between: 16, beside: 7 };
const EDGE = 4; // room for what stands out of a node: a stack, the second ring of a review
const STATES = {
  waiting: "not yet",
  working: "at work",
  asking: "asks a person",
  done: "done",
  failed: "failed",
  skipped: "skipped",
};

function extent(count, size, gap) {
  return count * size + (count - 1) * gap + 2 * EDGE;
}

// How wide a node may be so that all of them fit beside each other.
function fitting(count, size, room) {
  return Math.min(size.width, (room - 2 * EDGE - (count - 1) * size.between) / count);
}

function measure(plan, small, room) {
  if (small) return { ...SMALL, upright: false };
  for (const size of [LARGE, TIGHT]) {
    const width = fitting(plan.layers, size, room);
    if (width >= size.least) return { ...size, width, upright: false };
  }
  const upright = fitting(plan.rows, { ...UPRIGHT, between: UPRIGHT.beside }, room);
  return { ...UPRIGHT, width: Math.max(UPRIGHT.least, upright), upright: true };
}

// Where a place of the grid begins: `along` the layers, and `across` them.
function placed(size) {
  const [long, broad] = size.upright ? [size.height, size.width] : [size.width, size.height];
  return {
    long,
    broad,
    along: (x) => EDGE + x * (long + size.between),
    across: (y) => EDGE + y * (broad + size.beside),
    turned: (along, across) => (size.upright ? [across, along] : [along, across]),
  };
}

function line(points, grid) {
  const at = (along, across) => grid.turned(along, across).map((n) => n.toFixed(1)).join(" ");
  const [first, ...rest] = points;
  let along = grid.along(first[0]) + grid.long;
  let across = grid.across(first[1]) + grid.broad / 2;
  const parts = [`M${at(along, across)}`];
  for (const [x, y] of rest) {
    const begins = grid.along(x);
    const middle = (along + begins) / 2;
    const next = grid.across(y) + grid.broad / 2;
    parts.push(`C${at(middle, across)} ${at(middle, next)} ${at(begins, next)}`);
    along = begins + grid.long;
    across = next;
    parts.push(`L${at(along, across)}`);
  }
  parts.pop(); // the last point is the node itself
  return parts.join("");
}

export default {
  props: { plan: Object, states: Object, small: Boolean },
  data: () => ({ room: 0 }),
  mounted() {
    this.room = this.$el.clientWidth;
    this.watcher = new ResizeObserver(() => (this.room = this.$el.clientWidth));
    this.watcher.observe(this.$el);
  },
  beforeUnmount() {
    this.watcher.disconnect();
  },
  methods: {
    state(key) {
      return this.states?.[key] ?? "";
    },
    edge(edge, grid) {
      const passed = this.state(edge.source) === "done" && this.state(edge.target) !== "skipped";
      return h("path", {
        key: `${edge.source} ${edge.target}`,
        d: line(edge.points, grid),
        class: { maybe: edge.maybe, passed },
      });
    },
    node(node, grid, size) {
      const tight = size.width < LARGE.least;
      const state = this.state(node.key);
      const [left, top] = grid.turned(grid.along(node.x), grid.across(node.y));
      const style = { left: `${left}px`, top: `${top}px`, width: `${size.width}px`, height: `${size.height}px` };
      if (node.hue) style["--who"] = `var(--who-${node.hue})`;
      const told = state ? `${node.told}: ${STATES[state]}` : node.told;
      const words = this.small
        ? null
        : h("span", { class: "words-of", "aria-hidden": "true" }, [
            h("span", { class: "name" }, node.name),
            h("span", { class: "who" }, tight ? node.who : `${node.who} ${node.does}`),
          ]);
      const tags = [node.maybe ? "if" : "", node.count].filter(Boolean).join(" ");
      const looks = ["node", node.kind, state, { maybe: node.maybe, stack: node.count, tight }];
      return h("li", { key: node.key, class: looks, style, title: told }, [
        state && !this.small ? h("span", { class: "mark", "aria-hidden": "true" }) : null,
        words,
        tags && !this.small ? h("span", { class: "tags", "aria-hidden": "true" }, tags) : null,
        h("span", { class: "unseen" }, told),
      ]);
    },
    drawn(plan) {
      const size = measure(plan, this.small, this.room);
      const grid = placed(size);
      const [columns, rows] = size.upright ? [plan.rows, plan.layers] : [plan.layers, plan.rows];
      const [beside, under] = size.upright ? [size.beside, size.between] : [size.between, size.beside];
      const width = extent(columns, size.width, beside);
      const height = extent(rows, size.height, under);
      const scrolls = !this.small && width > this.room;
      const lines = h("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, [
        plan.edges.map((edge) => this.edge(edge, grid)),
      ]);
      const nodes = h("ol", { "aria-label": "Steps" }, plan.nodes.map((node) => this.node(node, grid, size)));
      const style = { width: `${width}px`, height: `${height}px` };
      const sheet = h("div", { class: ["sheet", { upright: size.upright }], style }, [lines, nodes]);
      const region = scrolls ? { tabindex: 0, role: "region", "aria-label": "Graph of the steps" } : {};
      return h("div", { class: "reach", ...region }, [sheet]);
    },
  },
  render() {
    const ready = this.plan && (this.small || this.room);
    return h("div", { class: ["graph", { small: this.small }] }, ready ? [this.drawn(this.plan)] : []);
  },
};
