/** What a request must be allowed to do, in the words of distribution's token specification. */
export type Scope = `repository:${string}:${string}` | "registry:catalog:*";

/** The scopes of one request. None: whoever the credentials belong to may ask. */
export type Access = readonly Scope[];

export const access = {
  any: [] as Access,
  catalog: ["registry:catalog:*"] as Access,
  pull: (repository: string): Access => [`repository:${repository}:pull`],
  push: (repository: string): Access => [`repository:${repository}:pull,push`],
  delete: (repository: string): Access => [`repository:${repository}:pull,delete`],
  /** To take over a blob: read there, write here. */
  mount: (repository: string, from: string): Access => [
    `repository:${repository}:pull,push`,
    `repository:${from}:pull`,
  ],
};

/** Whether a token for some scopes may do all that is wanted: one to push may also pull. */
export function covers(granted: Access, wanted: Access): boolean {
  return wanted.every((scope) => {
    const { resource, actions } = parts(scope);
    return granted.some((other) => {
      const given = parts(other);
      return given.resource === resource && actions.every((action) => given.actions.includes(action));
    });
  });
}

/** Ours, and whatever the registry asks for on other resources. */
export function mergeScopes(ours: Access, asked: string | undefined): readonly string[] {
  const resources = new Set(ours.map((scope) => parts(scope).resource));
  const others = (asked ?? "")
    .split(" ")
    .filter((scope) => scope !== "" && !resources.has(parts(scope).resource));
  return [...ours, ...new Set(others)];
}

/** `type:name:actions`; a name may hold a port, and with it a colon. */
function parts(scope: string): { resource: string; actions: readonly string[] } {
  const last = scope.lastIndexOf(":");
  return { resource: scope.slice(0, Math.max(last, 0)), actions: scope.slice(last + 1).split(",") };
}
