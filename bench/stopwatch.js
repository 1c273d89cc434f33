// In the page: from what a person does to the first frame that shows something new for it.

window.stopwatch = {
  // Starts at the next event of this type; stops when a new element of the selector is in view.
  set(type, selector) {
    const before = new Set(document.querySelectorAll(selector));
    this.taken_ms = new Promise((done) => {
      let began = 0;
      const seen = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.intersectionRatio >= 0.5)) return;
        seen.disconnect();
        changes.disconnect();
        // A message comes after the frame that is being made is painted.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now() - began);
        port2.postMessage(null);
      }, { threshold: 0.5 });
      const changes = new MutationObserver(() => {
        for (const element of document.querySelectorAll(selector)) if (!before.has(element)) seen.observe(element);
      });
      const begin = (event) => {
        began = event.timeStamp;
        changes.observe(document.body, { childList: true, subtree: true, attributes: true });
      };
      addEventListener(type, begin, { capture: true, once: true });
    });
  },
};
