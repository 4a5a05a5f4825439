export {
  configurationText,
  type FilterManifest,
  parseFilterManifest,
  readFilterManifest,
} from "./filter-manifest.js";
export { loadFilter, type LoadFilterOptions } from "./load-filter.js";
