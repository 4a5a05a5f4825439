import { expect, test } from "vitest";
import { afterData, afterHeaders, afterTrailers, type IterationState } from "./iteration-state.js";

test.each([
  ["Continue", "continuing", "pass on"],
  ["StopIteration", "holding headers", "stop"],
  ["StopAllIterationAndBuffer", "stopped, buffering", "stop"],
  ["StopAllIterationAndWatermark", "stopped, watermark", "stop"],
] as const)("%s from headers: %s", (status, state, step) => {
  expect(afterHeaders(status)).toEqual({ state, step });
});

test.each([
  ["continuing", "Continue", "continuing", "pass on"],
  ["holding headers", "Continue", "continuing", "release"],
  ["continuing", "StopIterationAndBuffer", "holding headers", "hold"],
  ["holding headers", "StopIterationAndBuffer", "holding headers", "hold"],
  ["continuing", "StopIterationAndWatermark", "holding headers", "hold"],
  ["holding headers", "StopIterationAndWatermark", "holding headers", "hold"],
  ["continuing", "StopIterationNoBuffer", "holding headers", "stop"],
  ["holding headers", "StopIterationNoBuffer", "holding headers", "stop"],
] as const)("%s, %s from data: %s", (before, status, state, step) => {
  expect(afterData(before as IterationState, status)).toEqual({ state, step });
});

test.each([
  ["continuing", "Continue", "continuing", "pass on"],
  ["holding headers", "Continue", "continuing", "release"],
  ["continuing", "StopIteration", "holding headers", "stop"],
  ["holding headers", "StopIteration", "holding headers", "stop"],
] as const)("%s, %s from trailers: %s", (before, status, state, step) => {
  expect(afterTrailers(before as IterationState, status)).toEqual({ state, step });
});
