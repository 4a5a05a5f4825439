/** What Kubernetes resources have in common: names, labels, and references to other resources. */
import { list, value } from "../command.js";
import { usageError } from "../errors.js";

export const metadataOptions = {
  name: value("NAME", "metadata.name (default: the filter's name)"),
  namespace: value("NAMESPACE", "metadata.namespace", "n"),
};

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
}

/** `metadata` of a resource; `fallback` is any text that names it where the command line does not. */
export function readMetadata(
  input: { readonly name: string | undefined; readonly namespace: string | undefined },
  fallback: string,
): Metadata {
  return {
    name: readName(input.name ?? resourceName(fallback)),
    ...(input.namespace === undefined ? {} : { namespace: readName(input.namespace) }),
  };
}

/** A name as the API server takes it (RFC 1123 label). */
export function readName(name: string): string {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw usageError(
    `${name} cannot be a Kubernetes name`,
    "use at most 63 of a-z, 0-9 and -, with no - at either end",
  );
}

/** The nearest name that the API server takes: what other characters there are becomes `-`. */
function resourceName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 63)
    .replace(/-+$/, "");
}

export const selectorOption = list("KEY=VALUE", "a label of the pods it is for; repeatable");

export type Labels = Readonly<Record<string, string>>;

export function readLabels(pairs: readonly string[]): Labels {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key = "", label = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      if (key === "") {
        throw usageError(`--selector ${pair} is not KEY=VALUE`, "write it like --selector app=web");
      }
      if (/\*/.test(pair) || label.length > 63) {
        throw usageError(
          `--selector ${pair} is no label`,
          "a value has at most 63 characters, and * is no wildcard there",
        );
      }
      return [key, label];
    }),
  );
}

/** A resource that a policy is attached to. */
export interface TargetRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly sectionName?: string;
}

/** The kinds that a surface can be attached to, and the API group of each. */
export type TargetKinds = Readonly<Record<string, string>>;

/** `KIND/NAME`, and `KIND/NAME:SECTION` where a part of a resource can be meant. */
export function readTargetRefs(
  texts: readonly string[],
  kinds: TargetKinds,
  sections: boolean,
): readonly TargetRef[] {
  return texts.map((text) => {
    const [, kind = "", name = "", section] = /^([^/]+)\/([^/:]+)(?::([^/:]+))?$/.exec(text) ?? [];
    const known = Object.keys(kinds).find((one) => one.toLowerCase() === kind.toLowerCase());
    if (known === undefined || (section !== undefined && !sections)) {
      throw usageError(
        `--target-ref ${text} is no target`,
        `write KIND/NAME${sections ? " or KIND/NAME:SECTION" : ""}, where KIND is one of ${Object.keys(kinds).join(", ")}`,
      );
    }
    return {
      group: kinds[known]!,
      kind: known,
      name,
      ...(section === undefined ? {} : { sectionName: section }),
    };
  });
}

export const pullPolicies = ["IfNotPresent", "Always"] as const;

export const pullOptions = {
  pullSecret: value(
    "NAME",
    "the Secret with the registry's credentials, as manifest kubernetes-secret makes one",
  ),
  pullPolicy: value(
    "POLICY",
    "IfNotPresent or Always: when the image is fetched again (default: IfNotPresent)",
  ),
};

export const alwaysIsIdle =
  "--pull-policy Always fetches nothing new for an image that is pinned by its digest";

/** One of a list of words, in whatever case it was written; undefined when the option is not given. */
export function readWord<Word extends string>(
  option: string,
  text: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (text === undefined) return undefined;
  const word = words.find((one) => one.toLowerCase() === text.toLowerCase());
  if (word !== undefined) return word;
  throw usageError(`--${option} ${text} is none of its values`, `use ${words.join(", ")}, or leave it out`);
}

/** A number within bounds, written in decimal. */
export function readInteger(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^-?\d+$/.test(text) && number >= least && number <= most) return number;
  throw usageError(
    `--${option} ${text} is no number from ${least} to ${most}`,
    `write it like --${option} 10`,
  );
}
