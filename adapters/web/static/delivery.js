// What a person sends: under an id of its own, which counts once however often it arrives.

export function delivery() {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A text without halves of characters, which the server's own encoder would refuse to send back.
export function whole(text) {
  return text.toWellFormed?.() ?? text;
}
