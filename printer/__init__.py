"""Everything on paper: what a slip says, its picture, its bytes, and proof that it was printed.

Usable alone (`python -m printer`); it knows nothing of the appliance. Importing it loads neither
Pillow nor sockets: `open_printer` and the classes are loaded where they are used.

    from printer.build import open_printer      a Printer on a transport chosen by `kind`
    from printer.slip import Slip               what a slip says
    from printer.ledger import Ledger           which job is in which state, on disk
    from printer.spooler import Spooler, PrintJob   one worker thread: queue, ledger, confirmation
"""
