"""Celery's settings, each with its reason (measured figures: docs/decisions/0002)."""

from kombu import Queue

from pipeline.queue import NIGHTLY, PURGE, QUEUES, RESCUE, SCRUB, SWEEP
from pipeline.settings import settings

broker_url = settings().effective_broker_url

# Messages: JSON only, no pickle; ids only; no result, the truth is in the database's rows.
task_serializer = event_serializer = result_serializer = "json"
accept_content = ["json"]
task_ignore_result = True
task_store_errors_even_if_ignored = False

# A worker that dies gives its messages back; attempts are counted in our rows before the work,
# so a message that kills its worker does not loop.
task_acks_late = True
task_reject_on_worker_lost = True
task_acks_on_failure = task_acks_on_timeout = True  # a failure is in our rows; ticks decide

# time limit < visibility: a live task is never doubled by Redis. Nor by the rescuer: a live
# worker renews its lease.
task_time_limit = 600
task_soft_time_limit = 540
broker_transport_options = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,  # look for lost messages each 10 s, not each 100
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,  # with these four a black-holed link heals in < 1 s instead of ~95 s
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "retry_on_timeout": False,  # no ambiguous replay
    "global_keyprefix": settings().broker_prefix,  # a Redis may be shared
}
if settings().embedded_broker:
    broker_transport_options.pop("socket_keepalive")  # a TCP option; the socket is a file's
broker_connection_retry_on_startup = True
broker_connection_max_retries = None  # never give up
broker_pool_limit = 10
task_publish_retry_policy = {
    "max_retries": 2,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.5,
}

# Long exports never block ticks or lights: three queues. Queue names are routes of `send_task`.
task_queues = [Queue(name) for name in sorted(set(QUEUES.values()))]
task_default_queue = "tick"
task_routes = {name: {"queue": queue} for name, queue in QUEUES.items()}
task_create_missing_queues = False  # a message for an unknown queue is a fault, not a new queue

# Workers.
worker_consumer = "tasks.consumer:Consumer"  # no message can end it
worker_prefetch_multiplier = 1  # visibility counts from delivery: long work is not hoarded
worker_max_tasks_per_child = 500  # what leaks, leaks for a while only
worker_max_memory_per_child = 400_000  # KB
worker_proc_alive_timeout = 15.0  # imports and the first connection on a busy machine
worker_soft_shutdown_timeout = 30  # a bounded stop; what is not done is queued again
worker_enable_soft_shutdown_on_idle = False
worker_cancel_long_running_tasks_on_connection_loss = False  # a blip must not kill an export
worker_hijack_root_logger = True
worker_redirect_stdouts = False

# What Flower sees: task names, jobs, UAI, divisions; nothing of pupils.
worker_send_task_events = True
task_send_sent_event = False
task_track_started = False
resultrepr_maxsize = 64

# Beat: idempotent ticks only; one that waited longer than its turn is dropped.
timezone = settings().timezone
beat_schedule_filename = str(settings().home / "run" / "celerybeat-schedule")
beat_sync_every = 1
beat_max_loop_interval = 2  # what the shortest period asks for
beat_scheduler = "tasks.beat:Scheduler"  # back soon after its broker
beat_schedule = {
    "sweep": {"task": SWEEP, "schedule": 2.0, "options": {"expires": 50}},
    "rescue": {"task": RESCUE, "schedule": 2.0, "options": {"expires": 50}},
    "nightly": {"task": NIGHTLY, "schedule": 60.0, "options": {"expires": 50}},
    "purge": {"task": PURGE, "schedule": 3600.0, "options": {"expires": 3000}},
    "scrub": {"task": SCRUB, "schedule": 86_400.0, "options": {"expires": 80_000}},
}
