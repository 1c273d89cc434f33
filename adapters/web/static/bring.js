// Files that a person hands over: brought to the server at once, which reads them and gives an id.

export const KINDS = "Text, Markdown, PDF, Word or CSV, 25 MB each.";
export const ENDED = "podium-ended";

export function sized(bytes) {
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${Math.round(bytes / 104857.6) / 10} MB`;
}

// What becomes of a file: here under an id, or refused in words.
export async function bring(file, most) {
  const refused = (error) => ({ state: "refused", error });
  if (file.size > most) return refused(`${file.name} is larger than ${sized(most)}, the most that a file may have.`);
  try {
    const address = `/upload?name=${encodeURIComponent(file.name)}`;
    const response = await fetch(address, { method: "POST", body: file });
    if (response.status === 401) {
      dispatchEvent(new Event(ENDED));
      return refused(`${file.name} did not arrive, because your session has ended. Enter again and choose it again.`);
    }
    const answer = await response.json();
    return response.ok ? { state: "here", id: answer.id } : refused(answer.error);
  } catch {
    return refused(`${file.name} did not arrive. Choose it again.`);
  }
}

// A text that is too long to be typed, as a file.
export function asFile(text) {
  return new File([text], "pasted text.txt", { type: "text/plain" });
}
