"""A proxy between a client and the service that passes every byte on and judges what it sees.

- `framing` tells where messages end, in bytes that it never changes. `relay` passes the bytes of one client's
  connection on: `connections` are its two ends, `relay_context` what all relays share. `server` listens. `routing`
  knows the service's addresses, and the names that the proxy answers to.
- A copy of each call (`copied_call`) goes to a thread of its own. `reading` makes an exchange of it, in the contract's
  spelling, and without what may not be kept. `observer` keeps the history, and shows it to the checkers that need no
  scenario: those over a whole run, and those of `single_answers`. `advice_calls` makes calls for the client's advice.
- `events` are what listeners hear of: exchanges, findings, mistakes of the client, the end.
"""
