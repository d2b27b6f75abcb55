"""What is done to calls, files, agendas, decisions, offers and moves: the same steps for every door.

Handlers, jobs and routes come here with a unit of work; each step loads, decides in `domain` and stores, under the lock
of the vacancy it touches.
"""
