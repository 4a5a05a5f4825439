/** Text from outside on its way into an HTML file. */

/** As the content of an element or of a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, (character) => {
    const known = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }[character];
    return known ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/**
 * JSON that cannot end the `<script type="application/json">` it stands in, nor begin a comment there, and in which no
 * character turns the direction of writing or breaks a line for whoever opens the file in an editor.
 */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
