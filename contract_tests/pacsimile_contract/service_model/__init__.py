"""A model of the whole service: judge every exchange of a run by all that was answered before it.

`calls` picks the exchanges that are ordinary, well-formed calls, and `model` shows them to judges in the order of time.
A judge keeps what earlier answers proved, and compares the next call with it. There is one for each subject:

- `access`: what tokens open. `organizations`: which organization an order belongs to. `answers`: what each answer has
  for itself.
- `orders`: facts that never change, and the path of the status. `changes`: what a change brings with it. `studies`:
  which order is the newest.
- `offers`: the types of reports. `versions` and `documents`: their versions. `groups`: reports of study groups, which
  `group_documents` reads.
- `queues`: what is listed and acknowledged. `queue_state` holds what is known of a queue, `listings` and
  `acknowledgements` compare answers with it, and `queue_blame` decides which requirement a wrong one breaks.

Answers that cannot both be true give a `Contradiction`: a requirement, and the exchanges that prove that it is broken.
`minimization` leaves out the exchanges that the proof does not need. All modules are pure.

Only an answer that came before a call was sent, or was asked for after it, says something of that call: overlapping
calls prove nothing. What others may have changed, what nobody knows to be done, and unusual input prove nothing either.
"""
