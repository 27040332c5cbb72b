/** What `start` may be given. */
export interface StartOptions {
  /** The `pacsimile` command. Default: the variable PACSIMILE_COMMAND, or `pacsimile` on the path. */
  command?: string;
  /** Further options of `pacsimile serve`, a string for each word. */
  options?: string[];
}

export type Credentials = { client_id: string; client_secret: string; organization_id: string; scopes: string[] };

export type Status = "RECEIVED" | "PROCESSING" | "COMPLETED" | "FAILED" | "CANCELLED";

/** What `Mock.world` may be given; further members of `POST /_mock/worlds` too. */
export interface WorldOptions {
  scenario?: string;
  /** The name of a dialect, or the path of a dialect file. */
  dialect?: string;
  seed?: number;
  /** The time, with a UTC offset, at which the world's clock stands still. Default: it runs from now. */
  time?: string;
  [member: string]: unknown;
}

/** What `World.order` may be given; further members of `POST /_mock/worlds/{world}/orders` too. */
export interface OrderOptions {
  status?: Status;
  study_uid?: string;
  study_group?: string;
  report_types?: string[];
  [member: string]: unknown;
}

export type Order = { order_id: string; study_uid: string; status: Status; [member: string]: unknown };

/** Set by `World.fault`; see the page on faults. */
export interface Fault {
  effect: Record<string, unknown>;
  match?: Record<string, unknown>;
  limit?: Record<string, unknown>;
}

export interface World {
  readonly name: string;
  readonly url: string;
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly organizationId: string;
  readonly clients: Credentials[];
  order(order?: OrderOptions): Promise<Order>;
  move(orderId: string, action: "start" | "progress" | "finish" | "fail" | "cancel" | "amend", content?: object): Promise<unknown>;
  advance(seconds: number): Promise<unknown>;
  fault(fault: Fault): Promise<{ id: string }>;
  calls(operation: string): Promise<number>;
  expectGoodClient(): Promise<void>;
  call(method: string, path: string, content?: unknown): Promise<any>;
  delete(): Promise<void>;
}

export interface Mock {
  readonly url: string;
  world(options?: WorldOptions): Promise<World>;
  call(method: string, path: string, content?: unknown): Promise<any>;
  stop(): Promise<void>;
}

/** Start a mock on a free port of loopback. It ends with this process at the latest. */
export function start(options?: StartOptions): Promise<Mock>;
