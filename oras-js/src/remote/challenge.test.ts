import { describe, expect, test } from "vitest";
import { parseChallenges } from "./challenge.js";

const plain = (values: readonly string[]) =>
  parseChallenges(values).map(({ scheme, parameters }) => ({ scheme, ...Object.fromEntries(parameters) }));

describe("challenges", () => {
  test.each([
    [['Basic realm="x"'], [{ scheme: "basic", realm: "x" }]],
    [
      ['Bearer realm="https://a.example/t",service="r",scope="repository:a/b:pull,push"'],
      [{ scheme: "bearer", realm: "https://a.example/t", service: "r", scope: "repository:a/b:pull,push" }],
    ],
    [
      ['Negotiate, Basic realm="a, b=\\"c\\"" , charset=UTF-8, BEARER Realm=x'],
      [
        { scheme: "negotiate" },
        { scheme: "basic", realm: 'a, b="c"', charset: "UTF-8" },
        { scheme: "bearer", realm: "x" },
      ],
    ],
    [
      ["Negotiate YWJj=", 'Basic realm="x"'],
      [{ scheme: "negotiate" }, { scheme: "basic", realm: "x" }],
    ],
    [['Bearer realm="first", realm="second"'], [{ scheme: "bearer", realm: "first" }]],
    [[" , ,"], []],
  ])("%j", (values, expected) => expect(plain(values)).toEqual(expected));

  test.each([['Bearer realm="open'], ["=x"], ['Basic realm="a" "b"'], [`Basic realm="${"x".repeat(9000)}"`]])(
    "unreadable: %j",
    (value) => {
      expect(() => parseChallenges([value])).toThrow(
        expect.objectContaining({ code: "ORAS_INVALID_CHALLENGE" }),
      );
    },
  );
});
