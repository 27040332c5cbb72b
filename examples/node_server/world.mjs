// What the provider states have in common: organizations, clients and orders made to measure.

import { randomBytes, randomInt } from "node:crypto";
import { MINUTE } from "./clock.mjs";
import { newId, Order, Organization } from "./orders.mjs";
import { wrong } from "./params.mjs";

export const API_SCOPES = ["reports.ack", "reports.read", "status.read"];
export const newUid = () => `1.3.6.1.4.1.32473.77.${randomInt(1, 2 ** 47)}.${randomInt(1, 2 ** 47)}`;
export const newGroup = () => `Ward round (${randomBytes(8).toString("base64url")})`;

/** The service as the states see it. */
export class World {
  constructor(service) {
    this.service = service;
  }

  now() {
    return this.service.clock.now();
  }

  /** An organization with one client that may do everything the API offers. */
  newOrganization(organizationId = newId("H"), credentials = {}) {
    const organization = new Organization(organizationId);
    this.service.organizations.set(organizationId, organization);
    organization.client = this.service.tokens.addClient(organizationId, API_SCOPES, credentials);
    return organization;
  }

  /** The organization that the params name, else undefined; 400 where there is none of that name. */
  named(params) {
    if (!params.has("organization_id")) return undefined;
    const found = this.service.organizations.get(params.text("organization_id"));
    if (!found) throw wrong("there is no such organization");
    return found;
  }

  /** The organization that the params name, else a new one. */
  organization(params) {
    return this.named(params) ?? this.newOrganization();
  }

  /** The client that the params name, else undefined; 400 where it is unknown or another organization's. */
  client(params) {
    if (!params.has("client_id")) return undefined;
    const found = this.service.tokens.clients.get(params.text("client_id"));
    const organization = this.named(params);
    if (!found || (organization && found.organizationId !== organization.organizationId)) throw wrong("no such client");
    return found;
  }

  /** The organization whose object it is; 400 where it is nobody's, or not the named one's. */
  owner(params, owns) {
    const named = this.named(params);
    const found = (named ? [named] : [...this.service.organizations.values()]).find(owns);
    if (!found) throw wrong("that organization has nothing of this name");
    return found;
  }

  /** An order in a status; it ended half a minute after its creation, or just now. */
  submit(organization, status, createdAt, { completedAt, versionOffset, ...fields } = {}) {
    const order = organization.submit(new Order({ studyUid: newUid(), createdAt, ...fields }));
    const at = completedAt ?? Math.min(createdAt + MINUTE / 2, this.now());
    if (status !== "RECEIVED") organization.move(order, status, at, versionOffset);
    return order;
  }
}

/** A state's answer: its values, and who may see them. */
export function described(organization, values, client = organization.client) {
  const { clientId, clientSecret } = client;
  return { organization_id: organization.organizationId, client_id: clientId, client_secret: clientSecret, ...values };
}
