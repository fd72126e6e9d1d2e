"""The product's application in a hurry, for workers and beats of the tests.

Redis gives a message again after two seconds, a stop waits three, and beat ticks each second.
"""

from tasks.celery import app

OPTIONS = {"visibility_timeout": 2, "unacked_restore_interval": 1}
TICKS = {"sweep", "rescue", "nightly"}

app.conf.update(
    broker_transport_options=app.conf.broker_transport_options | OPTIONS,
    worker_soft_shutdown_timeout=3,
    beat_schedule={
        name: entry | {"schedule": 1.0}
        for name, entry in app.conf.beat_schedule.items()
        if name in TICKS
    },
)
