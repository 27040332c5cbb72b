"""A model of the whole service, by which every exchange of a run is judged by all that was seen before it.

`calls` picks the exchanges that are ordinary, well-formed calls, and `model` shows them to judges in the order of time.
Each of these keeps what earlier answers proved, and compares the next call with it:

- `access` tokens, `organizations` whose each order is, `answers` what no answer may have from another;
- `orders` what lasts and the path of the status, `changes` what follows a change, `studies` which order is newest;
- `offers` the types of reports, `versions` and `documents` their versions, `groups` reports of study groups,
  which `group_documents` reads;
- `queues` what is listed and acknowledged: `queue` is what is known, `listings` and `acknowledgements` compare with it,
  `queue_blame` says which requirement is broken.

What cannot both be true is a `Contradiction` of one requirement, with the exchanges that prove it, as few as `shortest`
can make them. All modules are pure.

Only an answer that came before a call was sent, or was asked for after it, says something of that call: overlapping
calls prove nothing. What others may have changed, what nobody knows to be done, and unusual input prove nothing either.
"""
