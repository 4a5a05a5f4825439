export {
  configurationText,
  type EnvironmentVariables,
  type FilterManifest,
  parseFilterManifest,
  readFilterManifest,
} from "./filter-manifest.js";
export { loadFilter, type LoadFilterOptions } from "./load-filter.js";
