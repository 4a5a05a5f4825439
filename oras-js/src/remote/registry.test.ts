import { expect, test } from "vitest";
import { copy } from "../copy.js";
import { artifact, blob, bytes, fast, open, registry, useRegistry } from "../testing/hello-repository.js";
import { end, errorBody } from "../testing/registry.js";
import { Registry } from "./registry.js";

useRegistry();

test("tags come page by page, and a tag can be removed and a manifest deleted with all of them", async () => {
  const { store, manifest } = await artifact();
  const repository = open();
  for (const tag of ["v1", "v2", "latest"]) await copy(store, "v1", repository, tag);
  expect(await repository.tags()).toEqual(["latest", "v1", "v2"]);
  await repository.untag("v2");
  expect(await repository.tags()).toEqual(["latest", "v1"]);
  await expect(repository.untag("v2")).rejects.toMatchObject({ code: "ORAS_NOT_FOUND" });
  await repository.delete(manifest);
  expect(await repository.tags()).toEqual([]);
  await repository.push(blob, bytes);
  await repository.delete(blob);
  await expect(repository.delete(blob)).rejects.toMatchObject({ code: "ORAS_NOT_FOUND" });

  registry.intercept = ({ path, query }, response) => {
    if (!path.endsWith("/tags/list")) return false;
    const last = query.get("last");
    const link = last === null ? { link: '</v2/filters/hello/tags/list?last=b>; rel="next"' } : {};
    end(response, 200, link, JSON.stringify(last === null ? { tags: ["a", "b"] } : { tags: null }));
    return true;
  };
  expect(await repository.tags()).toEqual(["a", "b"]);
});

test("a registry that forbids deletion says so, with what to do", async () => {
  registry.intercept = ({ method }, response) => {
    if (method !== "DELETE") return false;
    end(response, 405, {}, errorBody("UNSUPPORTED", "The operation is unsupported."));
    return true;
  };
  await expect(open().delete(blob)).rejects.toMatchObject({
    code: "ORAS_REGISTRY_ERROR",
    status: 405,
    hint: expect.stringContaining("forbids deletion"),
  });
});

test("the repositories of a registry, and names that cannot be any", async () => {
  const all = new Registry(registry.host, { retry: fast });
  const names = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const name of all.repositories()) found.push(name);
    return found;
  };
  const answer = (repositories: unknown): void => {
    registry.intercept = (_, response) => {
      end(response, 200, {}, JSON.stringify({ repositories }));
      return true;
    };
  };
  answer(["a", "b/c"]);
  expect(await names()).toEqual(["a", "b/c"]);
  answer(["../../etc"]);
  await expect(names()).rejects.toMatchObject({ code: "ORAS_INVALID_REFERENCE" });
  answer(7);
  await expect(names()).rejects.toMatchObject({ code: "ORAS_PROTOCOL" });
  expect(all.repository("b/c").repository).toBe("b/c");
  expect(() => new Registry("ghcr.io/me")).toThrow(
    expect.objectContaining({ code: "ORAS_INVALID_REFERENCE" }),
  );
});

test("ping tells a registry from something else", async () => {
  const all = new Registry(registry.host, { retry: fast });
  await all.ping();
  registry.intercept = (_, response) => {
    end(response, 404);
    return true;
  };
  await expect(all.ping()).rejects.toMatchObject({ code: "ORAS_NOT_FOUND" });
});
