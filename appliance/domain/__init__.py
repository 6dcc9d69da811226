"""Pure rules of a one-stop office's queue: standard library only, no clock, no file, no log.

Glossary, one word per thing:

office      the one-stop point ("điểm phục vụ hành chính công") that one server serves
service     a field that citizens take numbers for ("lĩnh vực"), such as Hộ tịch
series      the row of numbers of one service; starts again every business day
business day  the office day that tickets belong to; a stored row, opened once, never deleted
ticket      one place in the queue; has an id, a label and a state
label       what is printed, shown and spoken: the series' prefix and the number ("1007")
counter     a desk where a clerk serves ("quầy")
zone        the part of the hall whose boards show the same counters
press       a button pushed by a person, with a request_id from its origin
issue, call, recall, serve, absent, finish, cancel   the verbs of the queue
paper       what is known about a ticket's slip, see `domain.paper`
slip        the printed ticket
kiosk       where citizens take numbers: buttons, a touch page, or both
board       a screen in the hall that shows calls; at most one per zone speaks
console     the clerk's page
panel       where a served citizen rates: five buttons, a tablet, or both; one per counter
rating      the one press of a ticket that counts, see `domain.rating`
agent       the process that owns the hardware of one Pi
device      anything that can be broken: printer, agent, button, screen
event       a row of the one log; past tense
"""
