/** Text of strangers, with nothing in it that hides, moves or reorders other text. */
import { el } from "./dom.js";

/** Control characters, marks of writing direction, invisible characters, lone surrogates. Line breaks and tabs stay. */
const hidden =
  /[\ufe00-\ufe0f\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Writes each of them as `\xNN` or `\uNNNN`, set apart from the same letters in the text itself. */
export function visible(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(hidden)) {
    if (match.index > end) fragment.append(text.slice(end, match.index));
    fragment.append(
      el("span", { class: "control", title: "a control or invisible character" }, escaped(match[0])),
    );
    end = match.index + match[0].length;
  }
  if (end < text.length) fragment.append(text.slice(end));
  return fragment;
}

/** The same as plain text. */
export function visibleText(text: string): string {
  return text.replace(hidden, escaped);
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code <= 0xff
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}
