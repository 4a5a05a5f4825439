import { describe, expect, test } from "vitest";
import { isOrasError } from "./errors.js";
import { formatReference, parseReference } from "./reference.js";

const digest = `sha256:${"a".repeat(64)}`;

describe("references that are valid come back as they went in", () => {
  test.each([
    ["ghcr.io/me/hello", { registry: "ghcr.io", repository: "me/hello" }],
    ["127.0.0.1:5000/a:v1", { registry: "127.0.0.1:5000", repository: "a", tag: "v1" }],
    ["[::1]:5000/a/b/c:v1.2-x_y", { registry: "[::1]:5000", repository: "a/b/c", tag: "v1.2-x_y" }],
    ["localhost/a__b/c--d.e@" + digest, { registry: "localhost", repository: "a__b/c--d.e", digest }],
    [`r.example/a:v1@${digest}`, { registry: "r.example", repository: "a", tag: "v1", digest }],
  ])("%s", (text, expected) => {
    const reference = parseReference(text);
    expect(reference).toEqual(expected);
    expect(formatReference(reference)).toBe(text);
  });
});

describe("references that are not valid say why", () => {
  test.each([
    ["hello", /which registry/],
    ["/hello", /which registry/],
    ["oci://ghcr.io/me/hello:v1", /begins with oci:\/\//],
    ["ghcr.io/Me/hello", /not a repository name/],
    ["ghcr.io/me//hello", /not a repository name/],
    ["ghcr.io/../hello", /not a repository name/],
    ["ghcr.io/a___b", /not a repository name/],
    [`ghcr.io/${"a/".repeat(127)}aa`, /not a repository name/],
    ["ghcr.io/a:", /not a tag/],
    ["ghcr.io/a:-x", /not a tag/],
    [`ghcr.io/a:${"x".repeat(129)}`, /not a tag/],
    ["ghcr.io/a:b:c", /not a tag/],
    ["ghcr.io/a@sha256:abc", /exactly 64|not a sha256 digest/],
    ["ghcr.io/a@md5:abc", /not a digest/],
    ["ghcr.io:99999/a", /not a registry/],
    ["-x.io/a", /not a registry/],
    ["user@host/a", /not a registry/],
    ["a b/c", /not a registry/],
    ["ghcr.io/a\n", /not a repository name/],
    [`ghcr.io/${"a".repeat(1100)}`, /longer than/],
  ])("%j", (text, message) => {
    let thrown: unknown;
    try {
      parseReference(text);
    } catch (error) {
      thrown = error;
    }
    expect(isOrasError(thrown, "ORAS_INVALID_REFERENCE")).toBe(true);
    expect((thrown as Error).message).toMatch(message);
    // eslint-disable-next-line no-control-regex
    expect((thrown as Error).message).not.toMatch(/[\u0000-\u001f]/);
  });
});
