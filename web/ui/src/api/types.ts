/** A value at a time in seconds; null is missing. */
export interface Sample {
  time: number | null;
  value: number | null;
}

export interface Input extends Sample {
  id: number;
  node: string;
  name: string;
  description: string;
  /** Process list in text form, "1:5,2:0.1". */
  list: string;
}

export const engines = { variable: 2, fixed: 5, virtual: 7 } as const;

export interface Feed extends Sample {
  id: number;
  name: string;
  tag: string;
  unit: string;
  public: boolean;
  engine: number;
  size: number;
  start: number | null;
  end: number | null;
  interval: number;
  points: number;
}

/** One line of a chart in columns: bucket starts in seconds, with the mean and extremes of each. */
export interface Band {
  feed: number;
  /** Seconds a bucket, or between raw points. */
  interval: number;
  /** True when each column is one stored point. */
  raw: boolean;
  time: number[];
  mean: (number | null)[];
  min: (number | null)[];
  max: (number | null)[];
}

export interface SessionUser {
  id: number;
  name: string;
  admin: boolean;
  timezone: string;
}

export interface SessionState {
  user: SessionUser | null;
  /** True until the first account exists. */
  setup: boolean;
  registrationOpen: boolean;
  watching: boolean;
  demo: boolean;
  version: string;
}

export interface Profile {
  id: number;
  username: string;
  email: string;
  timezone: string;
  readKey: string;
  writeKey: string;
}

export const argTypes = { value: 0, input: 1, feed: 2, none: 3, text: 4, schedule: 5 } as const;

export interface StepArg {
  type: number;
  engines: number[];
  default?: string;
}

/** One kind of step that a process list can have. */
export interface StepKind {
  key: string;
  id: number;
  name: string;
  short: string;
  group: string;
  description: string;
  args: StepArg[];
}

export interface PreviewStep {
  key: string;
  value: number | null;
  /** Why the step could not do its work. */
  fault?: string;
}
