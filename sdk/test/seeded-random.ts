/**
 * Whole numbers below a bound, the same for the same seed. The seed is printed; the environment variable SEED repeats a run.
 */
export function seededRandom(name: string): (below: number) => number {
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  console.log(`${name} fuzz: SEED=${seed}`);
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
