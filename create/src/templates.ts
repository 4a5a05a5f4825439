import { fileURLToPath } from "node:url";

/** Each is a folder of `templates/`, and a working project by itself. */
export const templates = {
  http: "an HTTP filter with a test and a recording",
} as const;

export type Template = keyof typeof templates;

export function isTemplate(name: string): name is Template {
  return Object.hasOwn(templates, name);
}

/** Where a template stands; `templates/` is beside `src` and `dist` alike. */
export function templateFolder(template: Template): string {
  return fileURLToPath(new URL(`../templates/${template}/`, import.meta.url));
}
