import type { SurveyFrame } from "../model/observation.js";
import { DEFAULT_VIEW } from "../model/view.js";

/** What a graph says by its frame alone. */
export abstract class FramedGraph {
  readonly frame: SurveyFrame;

  constructor(frame: SurveyFrame) {
    this.frame = frame;
  }

  get host() {
    return this.frame.host;
  }
  get viewer() {
    return this.frame.viewer;
  }
  get sources() {
    return this.frame.sources;
  }
  get users() {
    return this.frame.users;
  }
  get view() {
    return this.frame.view ?? DEFAULT_VIEW;
  }
}
