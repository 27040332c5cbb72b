"""What keeps orders, queues, faults and journals: interfaces, and a maker in memory."""
