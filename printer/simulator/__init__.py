"""A printer that speaks back: its own process, and the referee of "printed exactly once".

It shares no code with the driver on purpose: what it counts is what came out of its slot.

    realtime.py   commands that are obeyed as they arrive, even inside a picture
    parser.py     the commands that wait in the receive buffer
    machine.py    paper, cover, knife, heat, power, and the status bytes they make
    strip.py      the paper in the slot: rows, cuts, pictures of the cut slips
    engine.py     takes commands from the buffer at the speed of the paper
    port.py       TCP port 9100, one sender at a time, taking no more than the buffer holds
    pty.py        a pseudo-terminal instead: a serial line, or a USB printer's device node
    lab.py        faults by name, and the state that tests and the lab page read
    web.py        loopback HTTP in front of it
    main.py       puts these together
"""
