"""Who goes next, where one at a time may write."""

import threading
import time

from app.store.database import MOST_HURRIED_IN_A_ROW, Database, FairLock

PATIENT, HURRIED = "patient", "hurried"


def order_of(asking):
    """In which order they have it who ask in this order, all while somebody else has it."""
    lock, had = FairLock(), []

    def have(name):
        with lock.held(hurried=name.startswith(HURRIED)):
            had.append(name)

    threads = [threading.Thread(target=have, args=(name,)) for name in asking]
    with lock.held():
        for number, thread in enumerate(threads, start=1):
            thread.start()
            while len(lock._hurried) + len(lock._patient) < number:
                time.sleep(0.001)
    for thread in threads:
        thread.join(5)
    return had


def test_those_who_are_patient_go_in_the_order_of_asking():
    assert order_of([f"{PATIENT}-{n}" for n in range(5)]) == [f"{PATIENT}-{n}" for n in range(5)]


def test_who_answers_somebody_goes_first():
    had = order_of([f"{PATIENT}-1", f"{HURRIED}-1", f"{PATIENT}-2", f"{HURRIED}-2"])

    assert had == [f"{HURRIED}-1", f"{HURRIED}-2", f"{PATIENT}-1", f"{PATIENT}-2"]


def test_nobody_waits_for_ever_because_others_hurry():
    had = order_of([PATIENT, *(f"{HURRIED}-{n}" for n in range(3 * MOST_HURRIED_IN_A_ROW))])

    assert had.index(PATIENT) == MOST_HURRIED_IN_A_ROW
    assert len(had) == 3 * MOST_HURRIED_IN_A_ROW + 1


def test_it_is_free_again_after_all():
    lock = FairLock()
    for hurried in (True, False, True):
        with lock.held(hurried=hurried):
            pass

    assert not lock._held


def test_a_thread_that_is_patient_lets_others_write_first(tmp_path):
    database, had = Database(f"sqlite:///{tmp_path / 'turns.db'}"), []

    def write(name):
        if name == PATIENT:
            database.be_patient()
        with database.write():
            had.append(name)

    threads = [threading.Thread(target=write, args=(name,)) for name in (PATIENT, HURRIED)]
    lock = database._turn
    with lock.held():
        for number, thread in enumerate(threads, start=1):
            thread.start()
            while len(lock._hurried) + len(lock._patient) < number:
                time.sleep(0.001)
    for thread in threads:
        thread.join(5)
    database.dispose()

    assert had == [HURRIED, PATIENT]
