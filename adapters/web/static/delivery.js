// What a person sends: under an id of its own, which counts once however often it arrives.

export function delivery() {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A text without halves of characters, which the server's own encoder would refuse to send back.
export function whole(text) {
  return text.toWellFormed?.() ?? text;
}

// A connection may have been dead for a while before anybody notices. What the server did not
// confirm is sent again, in order, as soon as there is another one. NiceGUI's own greeting of a
// page that was fetched ahead of its visit does not go with this.
const { io } = window;
const again = { retries: 3, ackTimeout: 20_000 }; // a dead connection is noticed sooner
window.io = (url, options) => io(url, options.query.implicit_handshake ? { ...options, ...again } : options);
