"""What is asked: requirements, the method that assesses them, the facts they are asked of, and the answer."""
