import type { Digest } from "oras-js";
import type { ImageForm, InspectedImage } from "../image/index.js";

/** Something that loads filters out of images, as the rules by which it takes or refuses one. */
export interface Consumer {
  /** As `--for` takes it. */
  readonly name: string;
  readonly title: string;
  /** How the rules are known: asked of the program itself, read in its source, or in its documentation alone. */
  readonly evidence: "measured" | "source" | "documentation";
  /** How it sees an image, where that differs from what the manifest says. */
  readonly view?: (image: InspectedImage) => InspectedImage;
  /** Asked of the image before anything in it is looked for. */
  readonly imageRules: readonly Rule<InspectedImage>[];
  /** The forms of image in which it looks for the module, in its order. */
  readonly forms: FormsRule;
  /** Asked of what it would take for the module. */
  readonly moduleRules: readonly Rule<FoundModule>[];
  /** What does not keep the module from being loaded, and yet deserves a word. */
  readonly cautions: readonly Rule<FoundModule>[];
}

export interface Rule<Subject> {
  /** Kebab-case, and the same for all consumers that have the rule. */
  readonly id: string;
  /** What it demands, as a sentence without a subject: "comes as one image, not as an index". */
  readonly demands: string;
  /** Where it is written: a file in the consumer's repository, or a page of its documentation. */
  readonly source: string;
  /** What to do about it, as a clause. */
  readonly todo: string;
  /** What is wrong, as a clause; undefined when nothing is. */
  readonly check: (subject: Subject) => string | undefined;
}

/** The forms of image a consumer reads; each of a form's demands is a rule. */
export interface FormsRule {
  readonly names: readonly ImageForm[];
  readonly source: string;
  readonly todo: string;
  /** What follows from one that is too large, where that is not simply an error. */
  readonly tooLarge?: string;
}

export interface FoundModule {
  readonly image: InspectedImage;
  readonly form: ImageForm;
  readonly wasm: Uint8Array;
}

export type Verdict = {
  readonly consumer: string;
  /** In the order of the consumer's cautions. */
  readonly warnings: readonly Remark[];
} & (
  | { readonly loads: true; readonly form: ImageForm; readonly wasmDigest: Digest }
  | { readonly loads: false; readonly broken: Remark }
);

/** A rule, and how an image breaks it. */
export interface Remark {
  readonly rule: string;
  readonly problem: string;
  readonly todo: string;
  readonly source: string;
}
