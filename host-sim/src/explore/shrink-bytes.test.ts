import { expect, it } from "vitest";
import { mutate, Random, shrinkBytes } from "./index.js";

it("leaves of a failing input what makes it fail", async () => {
  const input = Buffer.from("a long input with a <bug> somewhere and much besides");
  expect((await shrinkBytes(input, (candidate) => candidate.includes("<bug>"))).toString()).toBe("<bug>");
});

it("makes plain what may be anything", async () => {
  const input = Buffer.from("\xff\xfe\x01", "latin1");
  expect((await shrinkBytes(input, (candidate) => candidate.length === 3)).toString()).toBe("000");
});

it("makes the same inputs of the same seed, and others of the next one", () => {
  const inputs = (seed: number): string => {
    const random = new Random(seed);
    return Array.from({ length: 20 }, () =>
      mutate(random, Buffer.from("seed"), ["x"]).toString("hex"),
    ).join();
  };
  expect(inputs(1)).toBe(inputs(1));
  expect(inputs(1)).not.toBe(inputs(2));
});
