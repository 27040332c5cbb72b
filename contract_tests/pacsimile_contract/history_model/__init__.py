"""Generated histories of the whole service, judged by what their acts make true.

`acts` defines what clients and states do, `truth` keeps what is so after each act, and `recorded_histories` reads the
histories of a story. Three judges look at a history, and `judge` takes the first answer that any of them finds wrong:

- `expectations` compares answers with the truth: `tokens` those of the token endpoint, `order_views` what statuses,
  listings and reports say of one order, `group_reports` the reports of study groups. Each gives a `mismatch`.
- `queue_view` shows the queue of each organization to `queue_model`.
- `service_model` compares the answers of the history with each other.

`narrative` writes a history as numbered lines. All modules are pure.
"""
