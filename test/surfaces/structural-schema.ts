/**
 * Custom resources checked as the API server checks them: defaults first, then the OpenAPI schema with no field that it does not
 * know (`kubectl --validate=strict`), then the rules in CEL.
 */
import { Ajv } from "ajv";
import {
  celEnv,
  celMethod,
  celFunc,
  CelScalar,
  isCelError,
  mapType,
  parse,
  plan,
  type CelInput,
} from "@bufbuild/cel";

/** The part of OpenAPI v3 that Kubernetes allows. */
export interface StructuralSchema {
  readonly type?: string;
  readonly nullable?: boolean;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly additionalProperties?: StructuralSchema | boolean;
  readonly items?: StructuralSchema;
  readonly default?: unknown;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-validations"?: readonly { readonly rule: string; readonly message?: string }[];
  readonly [keyword: string]: unknown;
}

/** What is wrong with a resource, each with its path; empty when it would be taken. Also gives how many rules were asked. */
export function checkResource(
  schema: StructuralSchema,
  resource: object,
): { readonly problems: readonly string[]; readonly rules: number } {
  const value = withDefaults(schema, structuredClone(resource));
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
  const validate = ajv.compile(strict(schema, true));
  const problems = validate(value)
    ? []
    : validate.errors!.map(
        ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
      );
  const rules = { asked: 0 };
  return { problems: [...problems, ...brokenRules(schema, value, "", rules)], rules: rules.asked };
}

/** The same schema for a validator that knows nothing of Kubernetes. */
function strict(schema: StructuralSchema, root = false): object {
  const { properties, additionalProperties, items, nullable, default: _, ...rest } = schema;
  const closed =
    properties !== undefined &&
    additionalProperties === undefined &&
    schema["x-kubernetes-preserve-unknown-fields"] !== true;
  const known = { ...properties, ...(root ? { metadata: {}, apiVersion: {}, kind: {} } : {}) };
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([keyword]) => !keyword.startsWith("x-kubernetes-"))),
    ...(nullable && rest.type !== undefined ? { type: [rest.type, "null"] } : {}),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(Object.entries(known).map(([name, one]) => [name, strict(one)])),
        }),
    ...(closed ? { additionalProperties: false } : {}),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: strict(additionalProperties) }
      : {}),
    ...(items === undefined ? {} : { items: strict(items) }),
  };
}

function withDefaults(schema: StructuralSchema, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => withDefaults(schema.items ?? {}, one));
  if (typeof value !== "object" || value === null) return value;
  const object = { ...(value as Record<string, unknown>) };
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (object[name] === undefined && property.default !== undefined) object[name] = property.default;
    if (object[name] !== undefined) object[name] = withDefaults(property, object[name]);
  }
  return object;
}

/** What Kubernetes adds to CEL, as far as the rules here use it. A URL is a map with its scheme. */
const environment = celEnv({
  funcs: [
    celFunc("isURL", [CelScalar.STRING], CelScalar.BOOL, (text) => URL.canParse(text)),
    celFunc("url", [CelScalar.STRING], mapType(CelScalar.STRING, CelScalar.STRING), (text) => ({
      scheme: new URL(text).protocol.slice(0, -1),
    })),
    celMethod("getScheme", mapType(CelScalar.STRING, CelScalar.STRING), [], CelScalar.STRING, function () {
      return this.get("scheme") as string;
    }),
  ],
});

function brokenRules(
  schema: StructuralSchema,
  value: unknown,
  path: string,
  rules: { asked: number },
): readonly string[] {
  if (value === undefined || value === null) return [];
  const own = (schema["x-kubernetes-validations"] ?? []).flatMap(({ rule, message }) => {
    rules.asked++;
    const result = plan(environment, parse(rule))({ self: value as CelInput });
    if (result === true) return [];
    return [
      `${path}: ${message ?? rule}${isCelError(result) ? ` (the rule cannot be asked: ${result.message})` : ""}`,
    ];
  });
  const inner = Array.isArray(value)
    ? value.flatMap((one, at) => brokenRules(schema.items ?? {}, one, `${path}/${at}`, rules))
    : typeof value === "object"
      ? Object.entries(value).flatMap(([name, one]) => {
          const { additionalProperties: others } = schema;
          const of = schema.properties?.[name] ?? (typeof others === "object" ? others : {});
          return brokenRules(of, one, `${path}/${name}`, rules);
        })
      : [];
  return [...own, ...inner];
}
