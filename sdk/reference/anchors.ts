/** The anchor that GitHub gives a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

/** The anchors of a page's numbered sections: `8.1`, `E.10`, and `E` for an appendix. */
export function sectionAnchors(markdown: string): ReadonlyMap<string, string> {
  const anchors = new Map<string, string>();
  for (const [, heading = ""] of markdown.matchAll(/^#{2,3} (.*)$/gm)) {
    const number = /^(?:Appendix )?([\dA-Z](?:\w|\.\d)*)[. ]/.exec(heading)?.[1];
    if (number !== undefined) anchors.set(number, anchorOf(heading));
  }
  return anchors;
}
