import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fetchBytes, pushBytes } from "../content.js";
import { copy } from "../copy.js";
import { type TestRegistry, demand, end, errorBody, startRegistry } from "../testing/registry.js";
import { artifact, blob, bytes, open, registry, useRegistry } from "../testing/hello-repository.js";

useRegistry();

describe("authentication", () => {
  const basic = `Basic ${Buffer.from("me:s3cret:pw").toString("base64")}`;
  const credentials = { username: "me", password: "s3cret:pw" };

  test("Basic: asked once, sent from then on", async () => {
    registry.intercept = demand(basic, 'Basic realm="test"');
    const { store } = await artifact();
    await copy(store, "v1", open({ credentials }));
    expect(
      registry.requests.filter(({ authorization }) => authorization === undefined).length,
    ).toBeLessThanOrEqual(1);
  });

  test("wrong and missing credentials are told apart, and no secret shows", async () => {
    registry.intercept = demand(basic, 'Basic realm="test"');
    const wrong = { username: "me", password: "wrong-one" };
    const error = await open({ credentials: wrong })
      .resolve("v1")
      .catch((thrown: Error & { hint: string }) => thrown);
    expect(error).toMatchObject({ code: "ORAS_UNAUTHORIZED", message: expect.stringContaining("refuses") });
    expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain(
      "wrong-one",
    );
    await expect(open().resolve("v1")).rejects.toMatchObject({
      code: "ORAS_UNAUTHORIZED",
      hint: expect.stringContaining("Log in"),
    });
  });

  test("what a registry echoes of a secret is blotted out", async () => {
    registry.intercept = ({ authorization }, response) => {
      if (authorization === undefined) end(response, 401, { "www-authenticate": 'Basic realm="x"' });
      else end(response, 418, {}, errorBody("DENIED", `${authorization} is s3cret:pw`));
      return true;
    };
    const error: Error = await open({ credentials })
      .fetch(blob)
      .then(
        () => new Error("fetched"),
        (thrown: Error) => thrown,
      );
    expect(error.message).toContain("[secret] is [secret]");
  });

  test("Bearer: one token for each scope, asked with the password, reused until it expires", async () => {
    const { store } = await artifact();
    const tokens = await startRegistry((request, response) => {
      const scope = request.query.getAll("scope").join(" ");
      end(
        response,
        200,
        {},
        JSON.stringify({ token: scope.endsWith("push") ? "t-push" : "t-pull", expires_in: 300 }),
      );
      return true;
    });
    registry.intercept = (request, response) => {
      const needed =
        request.method === "GET" || request.method === "HEAD" ? /^Bearer t-p/ : /^Bearer t-push$/;
      if (needed.test(request.authorization ?? "")) return false;
      const challenge = `Bearer realm="${tokens.origin}/token",service="test",scope="repository:filters/hello:pull"`;
      end(response, 401, { "www-authenticate": challenge });
      return true;
    };
    try {
      await copy(store, "v1", open({ credentials }), "v1", { concurrency: 1 });
      expect(tokens.requests.map(({ query }) => Object.fromEntries(query))).toEqual([
        { service: "test", scope: "repository:filters/hello:pull" },
        { service: "test", scope: "repository:filters/hello:pull,push" },
      ]);
      expect(tokens.requests.every(({ authorization }) => authorization === basic)).toBe(true);
    } finally {
      await tokens.stop();
    }
  });

  test("Bearer: a token server that is busy is asked again, and challenges at the same time ask once", async () => {
    let asked = 0;
    registry.intercept = async (request, response) => {
      if (request.path !== "/token") {
        return demand("Bearer granted", `Bearer realm="${registry.origin}/token"`)(request, response);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (++asked === 1) end(response, 503);
      else end(response, 200, {}, JSON.stringify({ token: "granted" }));
      return true;
    };
    const repository = open();
    expect(await Promise.all([1, 2, 3].map(() => repository.exists(blob)))).toEqual([false, false, false]);
    expect(asked).toBe(2);
  });

  test("Bearer: a token that has expired is replaced", async () => {
    let current = "token-1";
    const asked: string[] = [];
    registry.intercept = (request, response) => {
      if (request.path !== "/token") {
        return demand(`Bearer ${current}`, `Bearer realm="${registry.origin}/token"`)(request, response);
      }
      asked.push(current);
      end(response, 200, {}, JSON.stringify({ token: current, expires_in: 300 }));
      return true;
    };
    const repository = open();
    await repository.exists(blob);
    current = "token-2";
    await repository.exists(blob);
    expect(asked).toEqual(["token-1", "token-2"]);
  });

  test("Bearer: anonymous, with an identity token, with an access token", async () => {
    const { store } = await artifact();
    await copy(store, "v1", open());
    const asked: string[] = [];
    const challenge = `Bearer realm="${registry.origin}/token"`;
    registry.intercept = (request, response) => {
      if (request.path === "/token") {
        asked.push(`${request.method} ${request.authorization ?? "anonymous"}`);
        end(response, 200, {}, JSON.stringify({ access_token: "granted" }));
        return true;
      }
      return demand("Bearer granted", challenge)(request, response);
    };
    await open().resolve("v1");
    await open({ credentials: { identityToken: "refresh-me" } }).resolve("v1");
    await open({ credentials: { accessToken: "granted" } }).resolve("v1");
    expect(asked).toEqual(["GET anonymous", "POST anonymous"]);
  });

  test("a token server in a place of the registry's choosing is not asked", async () => {
    registry.intercept = demand("never", 'Bearer realm="http://169.254.169.254/token"');
    await expect(open({ credentials }).resolve("v1")).rejects.toMatchObject({ code: "ORAS_UNSAFE_REALM" });
  });

  test.each(["not json", "{}", '{"token":"a\\r\\nb"}', '{"token":7}'])(
    "a token server that answers %s",
    async (answer) => {
      registry.intercept = (request, response) => {
        if (request.path !== "/token")
          return demand("never", `Bearer realm="${registry.origin}/token"`)(request, response);
        end(response, 200, {}, answer);
        return true;
      };
      await expect(open({ credentials }).resolve("v1")).rejects.toMatchObject({ code: "ORAS_PROTOCOL" });
    },
  );

  test("a challenge of an unknown kind is named", async () => {
    registry.intercept = demand("never", "Negotiate");
    await expect(open({ credentials }).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_INVALID_CHALLENGE",
      message: expect.stringContaining("negotiate"),
    });
  });
});

describe("other hosts never see credentials", () => {
  const credentials = { username: "me", password: "secret-1" };
  const header = `Basic ${Buffer.from("me:secret-1").toString("base64")}`;
  let other: TestRegistry;
  beforeEach(async () => {
    other = await startRegistry();
  });
  afterEach(() => other.stop());

  test("a blob's redirect is followed without them", async () => {
    other.intercept = (_, response) => {
      end(response, 200, {}, bytes);
      return true;
    };
    registry.intercept = (request, response) => {
      if (request.authorization !== header)
        return demand(header, 'Basic realm="x"')(request, response) as boolean;
      end(response, 307, { location: `${other.origin}/store?signature=abc` });
      return true;
    };
    expect(Buffer.from(await fetchBytes(open({ credentials }), blob)).toString()).toBe("hello");
    expect(other.requests.map(({ authorization, query }) => [authorization, query.get("signature")])).toEqual(
      [[undefined, "abc"]],
    );
  });

  test("an upload's Location on another host is served without them, and its 401 is not answered", async () => {
    other.intercept = demand(header, 'Basic realm="x"');
    registry.intercept = (request, response) => {
      if (request.authorization !== header)
        return demand(header, 'Basic realm="x"')(request, response) as boolean;
      if (request.method !== "POST") return false;
      end(response, 202, { location: `${other.origin}/v2/upload/blobs/uploads/1?state=a%2Fb` });
      return true;
    };
    await expect(pushBytes(open({ credentials }), "text/plain", bytes)).rejects.toMatchObject({
      code: "ORAS_REGISTRY_ERROR",
      status: 401,
    });
    // The upload, and its being called off.
    expect(other.requests.map(({ method, authorization }) => [method, authorization])).toEqual([
      ["PUT", undefined],
      ["DELETE", undefined],
    ]);
  });

  test("a redirect in a circle ends", async () => {
    registry.intercept = ({ path }, response) => {
      end(response, 302, { location: path });
      return true;
    };
    await expect(open().resolve("v1")).rejects.toMatchObject({ code: "ORAS_UNSAFE_REDIRECT" });
    expect(registry.requests.length).toBe(6);
  });

  test("a write that moves is not repeated elsewhere", async () => {
    registry.intercept = ({ method }, response) => {
      if (method !== "POST") return false;
      end(response, 307, { location: `${other.origin}/v2/x/blobs/uploads/` });
      return true;
    };
    await expect(pushBytes(open(), "text/plain", bytes)).rejects.toMatchObject({
      code: "ORAS_UNSAFE_REDIRECT",
    });
    expect(other.requests).toEqual([]);
  });
});
